import type { Event, ReloadDiff, ServiceEnd, Survivor } from "../model/event.ts";
import { withoutOutput } from "../model/probe-message.ts";
import { recordedState, withoutArguments } from "../model/recorded-state.ts";

/** An event as programs read it: one of an end carries that end's fields on the top level. */
export function eventDocument(event: Event): object {
  const { type, at } = event;
  if (event.type === "start-finished") return { type, at, ...event.end };
  if (event.type === "stop-finished") return { type, at, ...event.report };
  return event;
}

/**
 * The same for a file that stays: without what may be secret (what a check's command wrote and the arguments of programs too), and without what
 * services wrote, which stands in their own logs.
 */
export function loggedEvent(event: Event): object {
  switch (event.type) {
    case "service-diagnosed":
      return { ...event, logTail: undefined };
    case "reload-planned":
      return { ...event, diff: { ...event.diff, changed: event.diff.changed.map(keysOnly) } };
    case "service-changed":
    case "service-unchanged":
      return { ...event, state: recordedState(event.state) };
    case "probe-failed":
      return { ...event, message: withoutOutput(event.message) };
    case "start-finished":
      return eventDocument({ ...event, end: { ...event.end, services: event.end.services.map(loggedEnd) } });
    case "stop-finished":
      return eventDocument({
        ...event,
        report: { ...event.report, survivors: event.report.survivors.map(programOnly) },
      });
    default:
      return eventDocument(event);
  }
}

function loggedEnd(service: ServiceEnd): ServiceEnd {
  return { ...service, state: recordedState(service.state), url: service.url && withoutSecrets(service.url) };
}

function programOnly(survivor: Survivor): Survivor {
  return { ...survivor, command: withoutArguments(survivor.command) };
}

function keysOnly({ service, changes }: ReloadDiff["changed"][number]): object {
  return { service, changes: changes.map(({ key }) => ({ key })) };
}

/** A password or a key in a URL is nobody's business. */
function withoutSecrets(text: string): string {
  const url = new URL(text);
  url.username = "";
  url.password = "";
  url.search = "";
  return String(url);
}
