const beginMark = "<!-- recording:begin -->";
const endMark = "<!-- recording:end -->";

/** The recording that stands in a README, without its fence. */
export function recordingIn(readme: string): string {
  const between = readme.slice(readme.indexOf(beginMark) + beginMark.length, readme.indexOf(endMark));
  return between.replace(/^\s*```text\n/, "").replace(/```\s*$/, "");
}

/** The README with another recording in its place. */
export function withRecording(readme: string, recording: string): string {
  const before = readme.slice(0, readme.indexOf(beginMark) + beginMark.length);
  return `${before}\n\n\`\`\`text\n${recording}\`\`\`\n\n${readme.slice(readme.indexOf(endMark))}`;
}
