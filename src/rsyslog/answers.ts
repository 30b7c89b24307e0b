/** What a drop-in configuration depends on: the answers of `naslog init`. */
export interface DropInAnswers {
  readonly vendor: 'qnap' | 'qumulo' | 'both'
  /** `omprog`: naslog stores and delivers. `mmexternal`: naslog returns JSON, and rsyslog's own outputs deliver it. */
  readonly mode: 'omprog' | 'mmexternal'
  /** Ports to listen on; absent: no such listener. */
  readonly ports: { readonly udp?: number; readonly tcp?: number; readonly tls?: number }
  /** PEM files for the TLS listener. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority?: string }
  /** Qumulo clusters, each with a TCP port, a queue and a naslog of its own; they take the place of `ports`. */
  readonly clusters?: readonly { readonly name: string; readonly tcp: number }[]
  /** Absolute path of naslog. */
  readonly binary: string
  /** Absolute path of naslog's configuration. With clusters: its folder holds one `NAME.yaml` for each. */
  readonly config: string
  /** Disk space for the queue of each stream: `2g`, `500m`. */
  readonly queueDiskSpace: string
  /** Modules that another file loads already. */
  readonly loaded?: readonly string[]
}

const defaults = {
  mode: 'omprog',
  binary: '/usr/bin/naslog',
  config: '/etc/naslog/naslog.yaml',
  queueDiskSpace: '2g',
} as const

/** The usual ports of a vendor: 514 for UDP and TCP; Qumulo sends over TCP alone. */
export function defaultAnswers(vendor: DropInAnswers['vendor']): DropInAnswers {
  return { ...defaults, vendor, ports: vendor === 'qumulo' ? { tcp: 514 } : { udp: 514, tcp: 514 } }
}

/** The files of the folder rsyslog/ and the answers that they are made of. */
export const shipped: Readonly<Record<string, DropInAnswers>> = {
  'qnap.conf': defaultAnswers('qnap'),
  'qnap-tls.conf': {
    ...defaultAnswers('qnap'),
    ports: { tls: 6514 },
    tls: { certificate: '/etc/naslog/tls/cert.pem', key: '/etc/naslog/tls/key.pem' },
  },
  'qumulo.conf': defaultAnswers('qumulo'),
  'qumulo-clusters.conf': {
    ...defaultAnswers('qumulo'),
    clusters: [
      { name: 'berlin', tcp: 5141 },
      { name: 'oslo', tcp: 5142 },
    ],
  },
  'qnap-qumulo.conf': defaultAnswers('both'),
  'mmexternal.conf': { ...defaultAnswers('both'), mode: 'mmexternal' },
}

/** A value that must not stand in a configuration file. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
}

/** Absolute, and free of whatever ends or splits a value of RainerScript, a word of omprog's command line or a YAML scalar. */
const SAFE_PATH = /^\/[A-Za-z0-9_./@+,=:-]*$/
const CLUSTER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/
const DISK_SPACE = /^[1-9][0-9]{0,5}[kmgt]$/

/** Throws an AnswerError, with what was expected, unless every value may stand in the configuration. */
export function validateAnswers(answers: DropInAnswers): void {
  const { ports, tls, clusters } = answers
  expectPath('binary', answers.binary)
  expectPath('config', answers.config)
  if (!DISK_SPACE.test(answers.queueDiskSpace)) {
    throw new AnswerError(`queue disk space: expected a number and k, m, g or t, such as 2g, found ${quoted(answers.queueDiskSpace)}`)
  }
  for (const [name, port] of Object.entries(ports)) expectPort(`${name} port`, port)
  if (ports.tcp !== undefined && ports.tcp === ports.tls) throw new AnswerError(`port ${ports.tcp}: expected different ports for tcp and tls`)
  if (ports.tls !== undefined && tls === undefined) throw new AnswerError('tls: expected a certificate and a key for the tls port')
  if (tls !== undefined) {
    expectPath('tls certificate', tls.certificate)
    expectPath('tls key', tls.key)
    if (tls.authority !== undefined) expectPath('tls authority', tls.authority)
  }
  if (clusters !== undefined) validateClusters(answers.vendor, clusters)
  else if (Object.values(ports).every((port) => port === undefined)) throw new AnswerError('ports: expected at least one of udp, tcp and tls')
}

function validateClusters(vendor: DropInAnswers['vendor'], clusters: NonNullable<DropInAnswers['clusters']>): void {
  if (vendor !== 'qumulo') throw new AnswerError('clusters: expected the vendor qumulo')
  if (clusters.length === 0) throw new AnswerError('clusters: expected at least one')
  for (const { name, tcp } of clusters) {
    if (!CLUSTER_NAME.test(name)) throw new AnswerError(`cluster name: expected letters, digits, _ and -, found ${quoted(name)}`)
    expectPort(`port of cluster ${name}`, tcp)
  }
  const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length
  if (!distinct(clusters.map(({ name }) => name)) || !distinct(clusters.map(({ tcp }) => tcp))) {
    throw new AnswerError('clusters: expected a name and a port of its own for each')
  }
}

/** Throws an AnswerError unless the path may stand in a configuration. */
function expectPath(what: string, path: string): void {
  if (!SAFE_PATH.test(path)) throw new AnswerError(`${what}: expected an absolute path without blanks and quotes, found ${quoted(path)}`)
}

function expectPort(what: string, port: number | undefined): void {
  if (port === undefined) return
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new AnswerError(`${what}: expected 1 to 65535, found ${port}`)
}

/** The value for an error message: short, and without control characters. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
}
