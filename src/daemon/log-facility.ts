/** Syslog facilities that `-d LEVEL:FACILITY` accepts, without the optional `LOG_` (cli.md 9). */
export const LOG_FACILITIES = [
  'AUTH',
  'AUTHPRIV',
  'CRON',
  'DAEMON',
  'FTP',
  'KERN',
  'LOCAL0',
  'LOCAL1',
  'LOCAL2',
  'LOCAL3',
  'LOCAL4',
  'LOCAL5',
  'LOCAL6',
  'LOCAL7',
  'LPR',
  'MAIL',
  'NEWS',
  'SYSLOG',
  'USER',
  'UUCP',
] as const;
export type LogFacility = (typeof LOG_FACILITIES)[number];
