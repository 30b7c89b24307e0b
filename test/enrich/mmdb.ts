// Writes small mmdb files after the format's specification (https://maxmind.github.io/MaxMind-DB/), for tests.

export type MmdbValue = string | number | bigint | { double: number } | readonly MmdbValue[] | { [key: string]: MmdbValue }

/** A database of networks (`address/bits`, IPv4 or full IPv6 as 8 groups) and what is known of them. */
export function mmdb(entries: readonly (readonly [network: string, value: MmdbValue])[], type: string, ipVersion: 4 | 6 = 6): Buffer {
  type Node = [left: Node | number | undefined, right: Node | number | undefined]
  const root: Node = [undefined, undefined]
  const data: Buffer[] = []
  for (const [network, value] of entries) {
    const [address = '', length = ''] = network.split('/')
    const isV4 = address.includes('.')
    const bits = isV4
      ? '0'.repeat(ipVersion === 6 ? 96 : 0) + address.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join('')
      : address.split(':').map((part) => parseInt(part, 16).toString(2).padStart(16, '0')).join('')
    const depth = Number(length) + (isV4 && ipVersion === 6 ? 96 : 0)
    let node = root
    for (let at = 0; at < depth - 1; at++) node = (node[Number(bits[at])] ??= [undefined, undefined]) as Node
    node[Number(bits[depth - 1])] = Buffer.concat(data).length
    data.push(encode(value))
  }
  const nodes: Node[] = []
  const number = (node: Node): void => {
    nodes.push(node)
    for (const child of node) if (Array.isArray(child)) number(child)
  }
  number(root)
  const record = (child: Node | number | undefined): Buffer => {
    const value = child === undefined ? nodes.length : Array.isArray(child) ? nodes.indexOf(child) : nodes.length + 16 + child
    return Buffer.from([value >> 16, (value >> 8) & 255, value & 255])
  }
  const tree = Buffer.concat(nodes.flatMap((node) => node.map(record)))
  const metadata = Buffer.concat([
    control(7, 9),
    ...[
      ['binary_format_major_version', integer(5, 2)],
      ['binary_format_minor_version', integer(5, 0)],
      ['build_epoch', integer(9, 1_700_000_000)],
      ['database_type', encode(type)],
      ['description', encode({ en: 'test' })],
      ['ip_version', integer(5, ipVersion)],
      ['languages', encode(['en'])],
      ['node_count', integer(6, nodes.length)],
      ['record_size', integer(5, 24)],
    ].flatMap(([key, value]) => [encode(key as string), value as Buffer]),
  ])
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata])
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') return integer(6, value)
  if (typeof value === 'bigint') return integer(9, Number(value))
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)])
  const object = value as { [key: string]: MmdbValue }
  if (typeof object['double'] === 'number') {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(object['double'])
    return Buffer.concat([control(3, 8), bytes])
  }
  return Buffer.concat([control(7, Object.keys(object).length), ...Object.entries(object).flatMap(([key, member]) => [encode(key), encode(member)])])
}

function integer(type: number, value: number): Buffer {
  const hex = value === 0 ? '' : value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([control(type, bytes.length), bytes])
}

function control(type: number, size: number): Buffer {
  const small = size < 29 ? size : 29
  const head = type > 7 ? [small, type - 7] : [type * 32 + small]
  return Buffer.from(size < 29 ? head : [...head, size - 29])
}
