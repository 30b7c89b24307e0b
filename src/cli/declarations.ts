/**
 * The commands and options of naslog, declared once: parsing, --help, the man page and the tables of the documentation are
 * made of this page. Texts may use backquotes; --help shows them as they are.
 */

export type CommandName = 'filter' | 'omprog' | 'mmexternal' | 'replay' | 'explain' | 'check' | 'status' | 'journal' | 'init' | 'schema'

export interface CommandDeclaration {
  /** The operand as help shows it, with `...` if there may be several; absent if the command takes none. */
  readonly operand?: string
  /** What it does in one line of the command list. */
  readonly summary: string
  /** Paragraphs for its own help and the man page. */
  readonly description: readonly string[]
  readonly examples: readonly string[]
}

export interface OptionDeclaration {
  /** Placeholder of the argument. Absent: a switch, with `--no-…` to turn it off. */
  readonly argument?: string
  readonly description: string
  /** Key of the configuration file that says the same, dotted. Absent: it is of the command line only. */
  readonly key?: string
  /** True if the argument is a list separated by commas. */
  readonly list?: boolean
  /** What holds where neither option, environment nor file says anything; for people. */
  readonly fallback: string
  readonly commands: readonly CommandName[]
}

export const summary = 'Turns QNAP and Qumulo syslog lines into ECS JSON: one line in, one record out.'

export const commands: Readonly<Record<CommandName, CommandDeclaration>> = {
  filter: {
    summary: 'lines on stdin to records on stdout (the default)',
    description: [
      'Reads syslog lines on standard input and writes one JSON record for each, in order, on standard output.',
      'A line that is not understood becomes a record with its text and the reason.',
    ],
    examples: ['naslog < qnap.log', 'tail -F /var/log/nas.log | naslog --timezone Europe/Rome --format flat'],
  },
  omprog: {
    summary: 'program for the omprog action of rsyslog: journal, deliver',
    description: [
      'Accepts lines from the omprog action of rsyslog, keeps them in a journal, answers `OK`, and delivers them to the destinations of the configuration.',
      'What was answered with `OK` is not lost: naslog, rsyslog or a destination may be stopped or killed at any time.',
    ],
    examples: ['naslog omprog --config /etc/naslog/naslog.yaml'],
  },
  mmexternal: {
    summary: 'program for the mmexternal action of rsyslog: enrich messages',
    description: [
      'Reads messages from the mmexternal action of rsyslog and answers each with its record, for the outputs of rsyslog to deliver.',
    ],
    examples: ['naslog mmexternal --config /etc/naslog/naslog.yaml'],
  },
  replay: {
    operand: 'FILE...',
    summary: 'old log files to records: resumable, selective, paced',
    description: [
      'Reads log files, plain or compressed (gzip, xz, zstd), and writes their records on standard output or to a destination of the configuration. FILE may be a directory or a glob, and `-` is standard input. Rotated files are read in their true order, oldest first.',
      'With `--checkpoint` an interrupted replay goes on where it stopped, and files that have grown are read from where they ended. Progress and a summary are written on standard error.',
      'With `--dead-letter` the files are those in which naslog keeps what a destination refused: the events go to that destination again, or to another one with `--to`.',
    ],
    examples: [
      'naslog replay /var/log/nas/ > records.json',
      "naslog replay --config nas.yaml --to es --checkpoint state '/var/log/nas.log*'",
      'naslog replay --since 7d --host nas-berlin --dry-run /var/log/nas/',
      'naslog replay --config /etc/naslog/naslog.yaml --dead-letter old.jsonl',
    ],
  },
  explain: {
    operand: '[LINE|-]',
    summary: 'how lines are read: header, parser, fields, problems',
    description: [
      'Shows for people how a line is read: its header, the parser that claimed it, each field with where it came from, the problems, and the record.',
      'Without LINE, or with `-`, it reads lines from standard input.',
    ],
    examples: [
      "naslog explain 'Sep  1 11:01:58 NAS8E49A8 qulogd[19113]: conn log: ...'",
      'grep FINANCE qnap.log | naslog explain --timezone Asia/Tokyo | less',
    ],
  },
  check: {
    operand: '[CONFIG]',
    summary: 'validate the configuration, test the parsers',
    description: [
      'Reads the configuration as the other commands do and lists everything that is wrong with it.',
      'Then each parser must claim its own sample lines, and none before it in the table may.',
      'It reads the tables, keys, secrets and certificates that the configuration names, so run it as the account that naslog runs as; and it shows which rules the sample lines meet, and which destinations take them.',
    ],
    examples: ['naslog check /etc/naslog/naslog.yaml --rsyslog /etc/rsyslog.d/30-naslog.conf'],
  },
  status: {
    summary: 'how naslog does: destinations, journal, problems, devices',
    description: [
      'Shows what waits in the journal, how each destination does, the lines by parser and problem, and the devices: also when naslog does not run.',
      'The exit code is 0 if all is well, 1 if a destination is held or retrying, lines have waited for long, or naslog does not run.',
    ],
    examples: ['naslog status --config /etc/naslog/naslog.yaml', 'naslog status --json | jq .destinations'],
  },
  journal: {
    summary: 'what was accepted and waits to be delivered',
    description: ['Shows what waits in the journal for each destination, and for how long; with `--export` it writes the waiting lines themselves.'],
    examples: ['naslog journal --config /etc/naslog/naslog.yaml', 'naslog journal --export --destination events > waiting.log'],
  },
  init: {
    operand: '[DESTINATION]',
    summary: 'write the files for rsyslog, or for a destination',
    description: [
      'Writes the drop-in for /etc/rsyslog.d, the configuration of naslog and a logrotate snippet for the answers given as options, and makes the folders that naslog writes to. Existing files are never touched.',
      'With a DESTINATION (`elasticsearch`, `azure`, `datadog`) it writes what that has to know of the fields before records arrive, into a folder below the current one: ' +
        'templates and lifecycle policy for Elasticsearch, a deployment with table, rule and functions for Azure, a pipeline and facets for Datadog.',
    ],
    examples: [
      'naslog init --vendor both',
      'naslog init --vendor qnap --tls-port 6514 --tls-cert /C.pem --tls-key /K.pem',
      'naslog init --vendor qumulo --clusters berlin=5141,oslo=5142 --directory ./new',
      'naslog init elasticsearch',
    ],
  },
  schema: {
    summary: 'JSON Schema of the records',
    description: ['Writes the JSON Schema (2020-12) of the records, in the chosen format and for the chosen fields.'],
    examples: ['naslog schema > naslog.schema.json', 'naslog schema --format flat'],
  },
}

const everywhere: readonly CommandName[] = ['filter', 'omprog', 'mmexternal', 'replay', 'explain', 'check', 'status', 'journal', 'init', 'schema']

export const options = {
  config: {
    argument: 'FILE',
    description: 'configuration file (YAML)',
    fallback: 'none',
    commands: everywhere,
  },
  timezone: {
    argument: 'ZONE',
    description: 'zone of times that name none: Europe/Rome, +02:00',
    key: 'timezone.default',
    fallback: 'UTC for Qumulo, else that of this machine',
    commands: ['filter', 'omprog', 'mmexternal', 'replay', 'explain', 'init'],
  },
  format: {
    argument: 'ecs|flat',
    description: 'records as nested objects, or flat with dotted names',
    key: 'format',
    fallback: 'ecs',
    commands: ['filter', 'omprog', 'mmexternal', 'replay', 'explain', 'schema'],
  },
  fields: {
    argument: 'A,B,...',
    description: 'write these fields only',
    key: 'fields',
    list: true,
    fallback: 'all fields that the line has',
    commands: ['filter', 'omprog', 'mmexternal', 'replay', 'explain', 'schema'],
  },
  'keep-original': {
    description: 'keep the text of every line in event.original',
    key: 'keep_original',
    fallback: 'only of lines that were not fully understood',
    commands: ['filter', 'omprog', 'mmexternal', 'replay', 'explain'],
  },
  ack: {
    description: 'answer rsyslog (confirmMessages="on")',
    key: 'omprog.ack',
    fallback: 'answer',
    commands: ['omprog'],
  },
  rsyslog: {
    argument: 'FILE',
    description: 'examine an rsyslog configuration for settings that can lose messages',
    fallback: 'none',
    commands: ['check'],
  },
  'print-config': {
    description: 'write the configuration in effect, with every default, instead of checking',
    fallback: 'check',
    commands: ['check'],
  },
  vendor: {
    argument: 'qnap|qumulo|both',
    description: 'whose messages arrive',
    fallback: 'both',
    commands: ['init'],
  },
  mode: {
    argument: 'omprog|mmexternal',
    description: 'naslog keeps and delivers, or the outputs of rsyslog do',
    fallback: 'omprog',
    commands: ['init'],
  },
  'udp-port': { argument: 'PORT', description: 'port for UDP', fallback: '514 for QNAP, unless another port is given', commands: ['init'] },
  'tcp-port': { argument: 'PORT', description: 'port for TCP', fallback: '514, unless another port is given', commands: ['init'] },
  'tls-port': { argument: 'PORT', description: 'port for TLS', fallback: 'none', commands: ['init'] },
  'tls-cert': { argument: 'FILE', description: 'certificate of this machine (PEM)', fallback: 'none', commands: ['init'] },
  'tls-key': { argument: 'FILE', description: 'its key (PEM)', fallback: 'none', commands: ['init'] },
  'tls-ca': { argument: 'FILE', description: 'authority whose clients alone may connect (PEM)', fallback: 'any client', commands: ['init'] },
  clusters: {
    argument: 'NAME=PORT,...',
    description: 'Qumulo clusters, each with a port, a queue and a naslog of its own',
    fallback: 'none',
    commands: ['init'],
  },
  binary: { argument: 'FILE', description: 'where naslog is', fallback: 'this program', commands: ['init'] },
  directory: {
    argument: 'DIR',
    description: 'write below this folder, to look at the files first',
    fallback: '/, and the current folder for a destination',
    commands: ['init'],
  },
  json: { description: 'write JSON, for programs', fallback: 'text for people', commands: ['status', 'journal'] },
  export: { description: 'write the waiting lines as rsyslog gave them', fallback: 'a summary', commands: ['journal'] },
  since: { argument: 'TIME', description: 'no records before this time: 2026-06-09T10:30, 2h, 7d', fallback: 'all', commands: ['replay'] },
  until: { argument: 'TIME', description: 'none at or after this time', fallback: 'all', commands: ['replay'] },
  host: { argument: 'GLOB', description: 'only of devices with this name or address', fallback: 'all', commands: ['replay'] },
  where: { argument: 'FILTER', description: 'only records that the filter matches', fallback: 'all', commands: ['replay'] },
  year: { argument: 'YEAR', description: 'year of the last line, where the lines name none', fallback: 'by change and order of the files', commands: ['replay'] },
  to: { argument: 'NAME', description: 'deliver to this destination of the configuration', fallback: 'standard output, or the destination that a dead letter names', commands: ['replay'] },
  'dead-letter': { description: 'the files are dead letters of naslog: deliver their events again', fallback: 'log files', commands: ['replay'] },
  'dry-run': { description: 'read and count, write nothing', fallback: 'write', commands: ['replay'] },
  checkpoint: { argument: 'FILE', description: 'remember here how far each file was replayed, and go on there', fallback: 'from the beginning', commands: ['replay'] },
  rate: { argument: 'N/s', description: 'at most N records a second', fallback: 'no limit', commands: ['replay'] },
  speed: { argument: 'Nx', description: 'keep the spacing of the lines, N times as fast', fallback: 'as fast as possible', commands: ['replay'] },
  loop: { description: 'begin again at the end, for load tests', fallback: 'once', commands: ['replay'] },
  jobs: { argument: 'N', description: 'read N files at once', fallback: '1', commands: ['replay'] },
  quiet: { description: 'no progress, and no summary unless asked for', fallback: 'both', commands: ['replay'] },
  summary: { argument: 'text|json', description: 'form of the summary', fallback: 'text', commands: ['replay'] },
  destination: { argument: 'NAME', description: 'only what waits for this destination', fallback: 'for any of them', commands: ['journal'] },
} as const satisfies Record<string, OptionDeclaration>

export type OptionName = keyof typeof options

/** The same as a list, in the order of the help. */
export const optionList: readonly (OptionDeclaration & { readonly name: OptionName })[] = Object.entries(options).map(
  ([name, declaration]) => ({ ...declaration, name: name as OptionName }),
)

/** `--format ecs|flat`: the option as help shows it. */
export function optionUsage(name: OptionName): string {
  const { argument }: OptionDeclaration = options[name]
  return argument === undefined ? `--${name}` : `--${name} ${argument}`
}

/** True for an option that the environment may give: those that the file has too, and the name of the file. */
export function hasVariable({ name, key }: { readonly name: OptionName; readonly key?: string }): boolean {
  return key !== undefined || name === 'config'
}

/** What holds without the option, where that says more than that the option does nothing; else `undefined`. */
export function tellingFallback(option: (typeof optionList)[number]): string | undefined {
  const { argument, fallback } = option
  return fallback === 'none' || (argument === undefined && !hasVariable(option)) ? undefined : fallback
}

/** `NASLOG_KEEP_ORIGINAL`: the variable that says the same as the option. */
export function variableOf(name: OptionName): string {
  return `NASLOG_${name.replaceAll('-', '_').toUpperCase()}`
}
