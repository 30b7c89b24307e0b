import { posix } from 'node:path'
import type { DropInAnswers } from './answers.ts'
import { renderDropIn } from './render.ts'

/** A file of the installation: its absolute path and its text. */
export interface InstalledFile {
  readonly path: string
  readonly text: string
}

export const dropInPath = '/etc/rsyslog.d/30-naslog.conf'

/**
 * The files that `naslog init` writes: the drop-in, naslog's configuration (one for each cluster), the logrotate snippet.
 * `zone` is the time zone of the devices' clocks, if it shall be set. Throws an AnswerError.
 */
export function renderFiles(answers: DropInAnswers, zone: string | undefined): InstalledFile[] {
  const { clusters, config, mode } = answers
  const streams = clusters?.map(({ name }) => clusterStream(name, config)) ?? [
    { ruleset: 'naslog', config, journal: '/var/spool/naslog', events: '/var/log/naslog/events.jsonl' },
  ]
  return [
    { path: dropInPath, text: renderDropIn(answers) },
    ...streams.map((stream) => ({ path: stream.config, text: configuration(zone, mode === 'omprog' ? stream : undefined) })),
    { path: '/etc/logrotate.d/naslog', text: logrotate(streams.flatMap((stream) => logsOf(stream, mode))) },
  ]
}

/** Where one naslog process reads and writes. */
interface Paths {
  readonly ruleset: string
  readonly config: string
  readonly journal: string
  readonly events: string
}

/** No two processes may share a journal. */
function clusterStream(name: string, config: string): Paths {
  return {
    ruleset: `naslog-${name}`,
    config: posix.join(posix.dirname(config), `${name}.yaml`),
    journal: `/var/spool/naslog/${name}`,
    events: `/var/log/naslog/${name}.jsonl`,
  }
}

function configuration(zone: string | undefined, paths: Paths | undefined): string {
  const timezone = zone === undefined ? '' : `timezone:
  # Where the clocks of the devices stand: QNAP's RFC 3164 lines name no zone.
  default: "${zone}"
`
  const head = `# naslog's configuration. Every key is optional; docs/configuration.md has them all. Test it with: naslog check FILE
${timezone}format: ecs
`
  if (paths === undefined) return head
  return `${head}journal:
  directory: ${paths.journal}
destinations:
  - name: events
    type: file
    path: ${paths.events}
dead_letters: ${paths.journal}/dead-letters.jsonl
`
}

function logsOf({ ruleset, events }: Paths, mode: DropInAnswers['mode']): string[] {
  const log = `/var/log/${ruleset}`
  return mode === 'omprog' ? [events, `${log}.log`, `${log}.raw.log`] : [`${log}.json`, `${log}.missed.log`]
}

function logrotate(logs: readonly string[]): string {
  return `${logs.join(' ')} {
  weekly
  maxsize 1G
  rotate 8
  compress
  delaycompress
  missingok
  notifempty
  sharedscripts
  postrotate
    # HUP: rsyslogd opens its files anew and hands the signal on to naslog.
    if [ -x /usr/lib/rsyslog/rsyslog-rotate ]; then /usr/lib/rsyslog/rsyslog-rotate; else systemctl kill --signal=HUP rsyslog.service; fi
  endscript
}
`
}
