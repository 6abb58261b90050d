/** One line of a log as JSON. `at`: when it was written, at the latest, in milliseconds since the epoch; left out where that is not known. */
export function logJson(service: string, line: string, details: { at: number | null; isContinued: boolean }): string {
  return JSON.stringify({
    service,
    line,
    ...(details.at === null ? {} : { at: details.at }),
    ...(details.isContinued ? { continued: true } : {}),
  });
}

/** Makes the first of several JSON objects carry `schemaVersion`. */
export function withSchemaVersion(): (json: string) => string {
  let isFirst = true;
  return (json) => {
    const line = isFirst ? `{"schemaVersion":1,${json.slice(1)}` : json;
    isFirst = false;
    return line;
  };
}
