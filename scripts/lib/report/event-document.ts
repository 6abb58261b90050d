import type { Event, ReloadDiff } from "../model/event.ts";

/** An event as programs read it: one of an end carries that end's fields on the top level. */
export function eventDocument(event: Event): object {
  const { type, at } = event;
  if (event.type === "start-finished") return { type, at, ...event.end };
  if (event.type === "stop-finished") return { type, at, ...event.report };
  return event;
}

/** The same for a file that stays: without what may be secret, and without what services wrote, which stands in their own logs. */
export function loggedEvent(event: Event): object {
  if (event.type === "service-diagnosed") return { ...event, logTail: undefined };
  if (event.type === "reload-planned")
    return { ...event, diff: { ...event.diff, changed: event.diff.changed.map(keysOnly) } };
  if (event.type !== "start-finished") return eventDocument(event);
  const services = event.end.services.map((service) => ({
    ...service,
    url: service.url && withoutSecrets(service.url),
  }));
  return eventDocument({ ...event, end: { ...event.end, services } });
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
