/** Numbers, times and addresses as the page shows them. */

/** What stands for a figure that is not known. */
export const NOTHING = '–';

const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const HUNDREDTHS = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A number without fraction, in groups of three digits. */
export function whole(value: number | null): string {
  return value === null ? NOTHING : WHOLE.format(value);
}

export function tenths(value: number | null): string {
  return value === null ? NOTHING : TENTHS.format(value);
}

export function hundredths(value: number | null): string {
  return value === null ? NOTHING : HUNDREDTHS.format(value);
}

/** A share, 0 to 1. */
export function percent(share: number): string {
  return `${WHOLE.format(share * 100)} %`;
}

/** Seconds as `m:ss`, `h:mm:ss` or `d d hh:mm`. */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(total / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${two(hours % 24)}:${two(minutes % 60)}`;
  if (hours > 0) return `${hours}:${two(minutes % 60)}:${two(total % 60)}`;
  return `${minutes}:${two(total % 60)}`;
}

/** Time of the day, of this machine, of an ISO 8601 time. */
export function clock(at: string | null): string {
  const date = new Date(at ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return NOTHING;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
