/** What would end a field, or begin a quoted one (RFC 4180). */
const SPECIAL = /[",\r\n]/;

/** A line of comma-separated values, with its LF. A field is in quotes only where it has to be. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\n`;
}

function csvField(text: string): string {
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
