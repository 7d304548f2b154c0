import { configKey } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';
import {
  CTL_COMMANDS,
  CTL_EXIT,
  CTL_ID_HELP,
  CTL_OPTIONS,
  CTL_SUMMARY,
  commandSynopsis,
  ctlSynopsis,
} from './ctl-options.ts';
import { description, synopsis } from './help.ts';
import { QUERY_OPTIONS, QUERY_SUMMARY, querySynopsis } from './query-options.ts';
import { manualPage } from './roff.ts';

const SIGNALS: readonly (readonly [string, string])[] = [
  [
    'TERM, INT, USR1, USR2, XCPU, XFSZ, VTALRM, PROF',
    'End all sessions and exit with 0. A second one ends the process at once, with 128 + its number.',
  ],
  [
    'HUP',
    'Slow shutdown: new sessions are refused with E99, those that exist go on, and the daemon exits with 0 when the last ' +
      'one has ended.',
  ],
  [
    'URG',
    'With --config: read the file again. log_level, control_allow, peer_allow and peer_deny change at once, ttl, setup_ttl, ' +
      'tos and notify for new sessions; other changes are named in the log and need a restart. With an error in the file ' +
      'nothing changes. Without --config: switch between the log level of -d and DBUG.',
  ],
  ['PIPE', 'Ignored.'],
];

const EXIT_STATUS: readonly (readonly [string, string])[] = [
  ['0', 'Information was printed, the daemon was told to end, or it is ready in the background.'],
  ['1', 'The start failed; standard error says why.'],
  ['128 + N', 'A second signal N ended the process at once.'],
];

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['RTPP_LOG_TFORM', 'If "rel", lines on standard error begin with the time since the start, HH:MM:SS.mmm.'],
  ['RTPP_LOG_TSTART', 'Time of the clock that -C names, in seconds, from which those times count.'],
  ['POSIXLY_CORRECT', 'The first operand ends the options.'],
  ['NOTIFY_SOCKET, WATCHDOG_USEC, LISTEN_FDS, LISTEN_PID', 'Set by systemd(1), see sd_notify(3) and sd_listen_fds(3).'],
];

const FILES: readonly (readonly [string, string])[] = [
  ['/var/run/rtpproxy.sock', 'The control socket when there is no -s.'],
  ['/var/run/rtpproxy.pid', 'The process id when there is no -p.'],
  ['/etc/default/rtpproxy, /etc/sysconfig/rtpproxy', 'Options of the systemd service.'],
];

const EXAMPLE = `foreground = true
listen = 10.0.0.5=203.0.113.5     # behind NAT
control = udp:127.0.0.1:22222
control = unix:/run/rtpproxy/control
log_level = info`;

/** The page rtpproxy(8), from the same table as the command line. */
export function rtpproxyManual(version: string): string {
  const options = OPTIONS.map((option): [string, string] => {
    const key = configKey(option);
    const inFile = key === undefined || option.long === 'config' ? '' : ` In a configuration file: ${key}.`;
    return [synopsis(option), description(option) + inFile];
  });
  return manualPage({
    name: 'rtpproxy',
    section: 8,
    version,
    summary: 'relay for RTP and RTCP between SIP endpoints',
    sections: [
      { title: 'SYNOPSIS', blocks: [{ literal: 'rtpproxy [OPTION]...' }] },
      {
        title: 'DESCRIPTION',
        blocks: [
          'rtpproxy relays media between SIP endpoints that cannot reach each other. A SIP server, such as Kamailio or ' +
            'OpenSIPS, tells it about calls over a control socket; it gives out ports, learns where the endpoints really ' +
            'are, and passes packets on. It can record, copy and play media too. Commands, options, signals and exit codes ' +
            'are those of the C rtpproxy 3.2.',
          'Short options may be bundled, long ones shortened as long as they stay unique.',
        ],
      },
      { title: 'OPTIONS', blocks: [{ terms: options }] },
      {
        title: 'CONFIGURATION FILE',
        blocks: [
          'Lines of KEY = VALUE; KEY: VALUE and KEY VALUE are the same. Semicolons and commas separate as line ends do. ' +
            'Comments begin with # or stand between /* and */. A flag has the value true or false, an option that may be ' +
            'repeated a list in square brackets or several lines. .include "FILE" reads another file. A key that is not ' +
            'known is an error.',
          { literal: EXAMPLE },
        ],
      },
      { title: 'SIGNALS', blocks: [{ terms: SIGNALS }] },
      { title: 'EXIT STATUS', blocks: [{ terms: EXIT_STATUS }] },
      { title: 'ENVIRONMENT', blocks: [{ terms: ENVIRONMENT }] },
      { title: 'FILES', blocks: [{ terms: FILES }] },
      { title: 'SEE ALSO', blocks: ['rtpp-ctl(1), rtpp-query(1), kamailio(8), opensips(8)'] },
    ],
  });
}

/** The page rtpp-query(1). */
export function rtppQueryManual(version: string): string {
  const options = QUERY_OPTIONS.map((option): [string, string] => [querySynopsis(option), option.help]);
  return manualPage({
    name: 'rtpp-query',
    section: 1,
    version,
    summary: 'send commands to rtpproxy',
    sections: [
      { title: 'SYNOPSIS', blocks: [{ literal: 'rtpp-query [OPTION]... [COMMAND]...' }] },
      {
        title: 'DESCRIPTION',
        blocks: [QUERY_SUMMARY, 'What an error reply, E and a number, means goes to standard error, once for each.'],
      },
      { title: 'OPTIONS', blocks: [{ terms: options }] },
      {
        title: 'EXIT STATUS',
        blocks: [
          {
            terms: [
              ['0', 'All commands were answered.'],
              ['1', 'An option is wrong, or there is no connection.'],
              ['2', 'A command has got no reply.'],
              ['3', 'The time of -t was over.'],
              ['4', 'With --batch: a command was answered with an error.'],
              ['141', 'Nobody reads the output any more.'],
            ],
          },
        ],
      },
      {
        title: 'EXAMPLES',
        blocks: [
          {
            literal:
              "rtpp-query -s udp:127.0.0.1:22222 I\nrtpp-query 'G nsess_created ncmds_rcvd'\nrtpp-query --batch --json < commands\n" +
              "rtpp-query --watch 2 'Gv nsess_created npkts_relayed'",
          },
        ],
      },
      { title: 'SEE ALSO', blocks: ['rtpp-ctl(1), rtpproxy(8)'] },
    ],
  });
}

/** The page rtpp-ctl(1). */
export function rtppCtlManual(version: string): string {
  const options = CTL_OPTIONS.map((option): [string, string] => [ctlSynopsis(option), option.help]);
  const commands = CTL_COMMANDS.map(({ name, help }): [string, string] => [commandSynopsis(name), help]);
  return manualPage({
    name: 'rtpp-ctl',
    section: 1,
    version,
    summary: 'show the calls of rtpproxy, and explain why one has no audio',
    sections: [
      { title: 'SYNOPSIS', blocks: [{ literal: 'rtpp-ctl [OPTION]... COMMAND [ID]' }] },
      { title: 'DESCRIPTION', blocks: [CTL_SUMMARY] },
      { title: 'COMMANDS', blocks: [{ terms: commands }, CTL_ID_HELP] },
      { title: 'OPTIONS', blocks: [{ terms: options }] },
      { title: 'EXIT STATUS', blocks: [{ terms: CTL_EXIT }] },
      {
        title: 'ENVIRONMENT',
        blocks: [
          {
            terms: [
              ['RTPP_HTTP', 'The endpoint when there is no --url.'],
              ['RTPP_HTTP_TOKEN_FILE', 'The file of the token when there is no --token-file.'],
            ],
          },
        ],
      },
      {
        title: 'EXAMPLES',
        blocks: [
          {
            literal:
              'rtpproxy -s unix:/run/rtpproxy/control --http unix:/run/rtpproxy/http\n' +
              'rtpp-ctl explain 4fa83c@192.0.2.10\n' +
              'rtpp-ctl calls --max-mos 3.6 --json | jq -r .call_id\n' +
              'rtpp-ctl --url http://127.0.0.1:9101 top --sort mos',
          },
        ],
      },
      { title: 'SEE ALSO', blocks: ['rtpproxy(8), rtpp-query(1)'] },
    ],
  });
}
