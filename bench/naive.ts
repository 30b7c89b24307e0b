// The same records by a program as one would write it first: text as UTF-8, nested objects, JSON.stringify, one write for each block.
// It has naslog's own events, so that only the building of the records differs: `node naive.js < lines > records`.
import { createPipeline } from '../src/pipeline.ts'
import { allFields } from '../src/fields/index.ts'
import { Json } from '../src/fields/declare.ts'
import { fromBytes, toBytes } from '../src/lib/bytes.ts'
import { createZones } from '../src/zones.ts'
import type { Event } from '../src/event.ts'

const local = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
const pipeline = createPipeline({ zones: createZones({ local }), keepOriginal: false, wanted: () => true })
const paths = allFields.map(({ name }) => name.split('.'))

function recordOf({ values }: Event): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  values.forEach((value, index) => {
    if (value === undefined) return
    const path = paths[index] as string[]
    let object = record
    for (const name of path.slice(0, -1)) object = (object[name] ??= {}) as Record<string, unknown>
    object[path.at(-1) as string] = decode(value)
  })
  return record
}

/** The record holds ordinary text. */
function decode(value: unknown): unknown {
  if (typeof value === 'string') return isAscii(value) ? value : fromBytes(value)
  if (Array.isArray(value)) return value.map(decode)
  return value instanceof Json ? (JSON.parse(fromBytes(value.text)) as unknown) : value
}

function isAscii(text: string): boolean {
  return !/[\x80-\xff]/.test(text)
}

let rest = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (block: string) => {
  const lines = (rest + block).split('\n')
  rest = lines.pop() ?? ''
  const at = Date.now()
  let output = ''
  for (const line of lines) output += JSON.stringify(recordOf(pipeline(isAscii(line) ? line : toBytes(line), { at, reference: at, repaired: false }))) + '\n'
  process.stdout.write(output)
})
