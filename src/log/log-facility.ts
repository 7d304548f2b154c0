/** What syslog(3) takes 0 for: kernel lines come from the kernel alone. */
const USER = 1;

/** Syslog facilities that `-d LEVEL:FACILITY` accepts, without the optional `LOG_` (cli.md 9), by their codes. */
export const LOG_FACILITIES = {
  AUTH: 4,
  AUTHPRIV: 10,
  CRON: 9,
  DAEMON: 3,
  FTP: 11,
  KERN: USER,
  LOCAL0: 16,
  LOCAL1: 17,
  LOCAL2: 18,
  LOCAL3: 19,
  LOCAL4: 20,
  LOCAL5: 21,
  LOCAL6: 22,
  LOCAL7: 23,
  LPR: 6,
  MAIL: 2,
  NEWS: 7,
  SYSLOG: 5,
  USER,
  UUCP: 8,
} as const;
export type LogFacility = keyof typeof LOG_FACILITIES;

export function isLogFacility(name: string): name is LogFacility {
  return Object.hasOwn(LOG_FACILITIES, name);
}
