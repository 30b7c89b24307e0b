import { posix } from 'node:path'
import { validateAnswers, type DropInAnswers } from './answers.ts'

/** A line of configuration and, for whoever reads it, why it is so. */
type Line = readonly [code: string, reason?: string]

/** One way from the inputs to a naslog process. */
interface Stream {
  readonly name: string
  readonly config: string
  readonly inputs: readonly Line[]
}

/**
 * The drop-in configuration for /etc/rsyslog.d that the answers ask for. The files of rsyslog/ are its output for `shipped`.
 * Throws an AnswerError for values that must not stand in it.
 *
 * Every setting was tried with rsyslogd 8.2302; rsyslog/README.md has what came of it.
 */
export function renderDropIn(answers: DropInAnswers): string {
  validateAnswers(answers)
  const streams = streamsOf(answers)
  const ruleset = answers.mode === 'omprog' ? omprogRuleset : mmexternalRuleset
  return [
    heading(answers),
    ...(answers.vendor === 'qnap' ? [] : [messageSize]),
    modules(answers),
    template,
    ...(answers.mode === 'omprog' ? [] : [recordTemplate]),
    ...streams.map((stream) => `${ruleset(stream, answers)}\n${block(stream.inputs)}`),
  ].join('\n')
}

function streamsOf({ clusters, config, ports, tls }: DropInAnswers): Stream[] {
  if (clusters === undefined) return [{ name: 'naslog', config, inputs: inputsOf(ports, tls) }]
  return clusters.map(({ name, tcp }) => ({
    name: `naslog-${name}`,
    config: posix.join(posix.dirname(config), `${name}.yaml`),
    inputs: inputsOf({ tcp }, undefined, `naslog-${name}`),
  }))
}

/** Lines with their reasons in one column. */
function block(lines: readonly Line[]): string {
  const width = Math.min(48, Math.max(...lines.map(([code, reason]) => (reason === undefined ? 0 : code.length))))
  return lines.map(([code, reason]) => (reason === undefined ? code : `${code.padEnd(width)}  # ${reason}`) + '\n').join('')
}

const vendorNames = { qnap: 'QNAP', qumulo: 'Qumulo', both: 'QNAP and Qumulo' } as const

function heading({ vendor, mode, ports, clusters }: DropInAnswers): string {
  const listeners = clusters === undefined ? Object.entries(ports) : clusters.map(({ name, tcp }) => [name, tcp] as const)
  const where = listeners.map(([name, port]) => `${name} ${port}`).join(', ')
  return `# ${vendorNames[vendor]} -> rsyslog -> naslog ${mode} (${where}). Put this file into /etc/rsyslog.d, then: rsyslogd -N1\n`
}

const messageSize = block([
  ['# The default of 8 kB cuts longer messages, and the tail becomes a second, nonsense message.'],
  ['# May stand anywhere, also behind inputs, but only once: the first one that rsyslog reads counts.'],
  ['global(maxMessageSize="256k")', 'Qumulo: two paths of 32 kB, access lists in JSON'],
])

function modules({ mode, ports, clusters, loaded = [] }: DropInAnswers): string {
  const wanted: [string, boolean, string][] = [
    ['imudp', clusters === undefined && ports.udp !== undefined, 'receives over UDP'],
    ['imtcp', clusters !== undefined || ports.tcp !== undefined || ports.tls !== undefined, 'receives over TCP and TLS'],
    ['omprog', mode === 'omprog', 'runs a program and waits for its answers'],
    ['mmexternal', mode === 'mmexternal', 'lets a program change messages'],
  ]
  return block([
    ['# Already loaded elsewhere? Then rsyslogd complains and goes on; delete the line here to silence it.'],
    ...wanted
      .filter(([, needed]) => needed)
      .map(([name, , reason]): Line => [`${loaded.includes(name) ? '#' : ''}module(load="${name}")`, reason]),
  ])
}

// `option.jsonf` would write the same with less to read, and 1 to 10 % fewer lines a second (rsyslog/README.md).
const template = block([
  ['# One JSON object a line, line feed included. naslog reads the keys by position: keep their order.'],
  ['template(name="naslog" type="list") {'],
  [String.raw`  constant(value="{\"rcv\":\"")    property(name="timegenerated" dateFormat="rfc3339" format="json")`, 'the year and zone that RFC 3164 lacks'],
  [String.raw`  constant(value="\",\"ip\":\"")   property(name="fromhost-ip" format="json")`, 'who delivered it, whatever the header says'],
  [String.raw`  constant(value="\",\"host\":\"") property(name="hostname" format="json")`],
  [String.raw`  constant(value="\",\"pri\":\"")  property(name="pri" format="json")`, 'in quotes: <999> gives "invld", which is no number'],
  [String.raw`  constant(value="\",\"raw\":\"")  property(name="rawmsg" format="json")`, 'header, structured data and all'],
  [String.raw`  constant(value="\"}\n")`],
  ['}'],
])

const recordTemplate = block([['template(name="naslog-record" type="string" string="%$!all-json%\\n")', 'what naslog returned']])

function rulesetHead(name: string, diskSpace: string): Line[] {
  return [
    [`ruleset(name="${name}"`, "a ruleset of its own: rsyslog's own messages never reach naslog"],
    ['        queue.type="LinkedList"', 'a queue of its own: while naslog stands still, the rest of rsyslog goes on'],
    [`        queue.filename="${name}"`, 'on disk, in $WorkDirectory; without it a stop loses what is queued'],
    [`        queue.maxDiskSpace="${diskSpace}"`],
    ['        queue.checkpointInterval="100"', 'without it, kill -9 of rsyslogd loses all that is on disk'],
    ['        queue.size="50000"', 'messages in memory'],
    ['        queue.highWatermark="20000"', 'then to disk; well below 70 % of the size, where TCP senders are slowed to 1/s'],
    ['        queue.lowWatermark="1000"', 'and down to this in memory: what kill -9 of rsyslogd can cost then'],
    ['        queue.dequeueBatchSize="1"', 'what a stop of rsyslogd can lose while naslog does not answer'],
    ['        queue.saveOnShutdown="on"'],
    ['        queue.timeoutEnqueue="60000"', 'all full: wait, 2 s is the default, then discard; longer hangs a stop'],
    ['        queue.timeoutActionCompletion="10000") {', 'at a stop: time for the answer under way'],
  ]
}

function omprogRuleset({ name, config }: Stream, { binary, queueDiskSpace }: DropInAnswers): string {
  return block([
    ...rulesetHead(name, queueDiskSpace),
    ['  # Optional: keep every line as it came. `naslog replay` of this file gives the same event ids.'],
    [`  #action(type="omfile" file="/var/log/${name}.raw.log" template="naslog")`],
    [`  action(type="omprog" name="${name}" template="naslog"`],
    [`         binary="${binary} omprog --config ${config}"`],
    ['         confirmMessages="on"', 'a line leaves the queue when naslog has answered OK'],
    ['         confirmTimeout="30000"', 'no answer for 30 s: restart naslog, send the line again'],
    ['         reportFailures="on"', 'log what naslog answers instead of OK'],
    ['         forceSingleInstance="off"', 'on: rsyslogd crashes when a start of naslog fails; a second naslog for the disk queue does no harm'],
    ['         signalOnClose="on" closeTimeout="5000" killUnresponsive="on"', 'no orphan stays behind'],
    ['         hup.signal="HUP"', 'logrotate reaches naslog, too'],
    [`         output="/var/log/${name}.log" fileCreateMode="0640"`, 'what naslog says on stderr'],
    ['         action.resumeRetryCount="-1"', 'never give up; the default 0 throws refused lines away'],
    ['         action.resumeInterval="5"'],
    ['         action.reportSuspension="off")', 'else two messages in the log for each retry'],
    ['}'],
  ])
}

function mmexternalRuleset({ name, config }: Stream, { binary, queueDiskSpace }: DropInAnswers): string {
  return block([
    ...rulesetHead(name, queueDiskSpace),
    [`  action(type="mmexternal" binary="${binary} mmexternal --config ${config}"`],
    ['         interface.input="rawmsg"', 'header, structured data and all'],
    ['         forceSingleInstance="on")', "else the disk queue's worker starts a second naslog"],
    ['  if exists($!ecs!version) then {'],
    [`    action(type="omfile" file="/var/log/${name}.json" template="naslog-record"`, 'or omelasticsearch, omkafka, omrelp, ...'],
    ['           action.resumeRetryCount="-1")', 'disk full: wait, do not throw away'],
    ['  } else {'],
    [`    action(type="omfile" file="/var/log/${name}.missed.log" template="naslog"`, 'naslog died over it: for `naslog replay`'],
    ['           action.resumeRetryCount="-1")'],
    ['  }'],
    ['}'],
  ])
}

function inputsOf({ udp, tcp, tls }: DropInAnswers['ports'], files: DropInAnswers['tls'], ruleset = 'naslog'): Line[] {
  const lines: Line[] = []
  if (udp !== undefined) {
    lines.push([`input(type="imudp" port="${udp}" ruleset="${ruleset}" rcvbufSize="4m")`, 'UDP cannot wait: room for a burst'])
  }
  const framing = 'supportOctetCountedFraming="on" maxFrameSize="262144")'
  const why = 'takes both framings: line feed and octet count (the default frame ends at 200,000 bytes)'
  if (tcp !== undefined) lines.push([`input(type="imtcp" port="${tcp}" ruleset="${ruleset}" ${framing}`, why])
  if (tls === undefined || files === undefined) return lines
  return [
    ...lines,
    [`input(type="imtcp" port="${tls}" ruleset="${ruleset}"`],
    ['      streamDriver.name="gtls" streamDriver.mode="1"', 'TLS; Debian: apt install rsyslog-gnutls. Not ossl: it may close the pipe to naslog'],
    files.authority === undefined
      ? ['      streamDriver.authMode="anon"', 'the NAS has no certificate of its own']
      : ['      streamDriver.authMode="x509/certvalid"', 'a client without a certificate of this authority is refused'],
    [`      streamDriver.certFile="${files.certificate}"`],
    [`      streamDriver.keyFile="${files.key}"`],
    ...(files.authority === undefined ? [] : [[`      streamDriver.caFile="${files.authority}"`] as const]),
    [`      ${framing}`, why],
  ]
}
