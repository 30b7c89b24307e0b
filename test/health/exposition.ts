import assert from 'node:assert/strict'

export interface ParsedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * A strict reader of the Prometheus text exposition format 0.0.4, written from its description
 * (https://prometheus.io/docs/instrumenting/exposition_formats/), with what `promtool check metrics` and the collector of node_exporter
 * demand besides: HELP and TYPE once before the samples of a family, families in one piece, no series twice, no raw control
 * characters, counters that end in `_total`, no other units than base units.
 */
export function parseExposition(text: string): ParsedSample[] {
  assert.ok(text.endsWith('\n'), 'the last line must end with a line feed')
  assert.ok(!/[\x00-\x09\x0b-\x1f\x7f]/.test(text), 'control characters')
  const samples: ParsedSample[] = []
  const series = new Set<string>()
  const types = new Map<string, string>()
  let family = ''
  let helped = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) ((?:[^\\]|\\\\|\\n)+)$/.exec(line)
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge)$/.exec(line)
    if (help !== null) {
      helped = help[1]!
      assert.ok(!types.has(helped), `${helped} comes in two pieces`)
    } else if (type !== null) {
      family = type[1]!
      assert.equal(family, helped, 'HELP before TYPE')
      assert.ok(!types.has(family), `${family} has two types`)
      types.set(family, type[2]!)
      assert.equal(family.endsWith('_total'), type[2] === 'counter', family)
      assert.doesNotMatch(family, /_(ms|milliseconds|minutes|kib|count|sum|bucket)\b/)
      assert.match(family, /^naslog_/)
    } else {
      const sample = parseSample(line)
      assert.equal(sample.name, family, line)
      const identity = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
      assert.ok(!series.has(identity), `series twice: ${line}`)
      series.add(identity)
      samples.push(sample)
    }
  }
  return samples
}

function parseSample(line: string): ParsedSample {
  const name = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0]
  assert.ok(name !== undefined, `no name: ${line}`)
  const labels: Record<string, string> = Object.create(null) as Record<string, string>
  let at = name.length
  if (line[at] === '{') {
    at++
    while (line[at] !== '}') {
      const label = /^[a-zA-Z_]\w*(?==")/.exec(line.slice(at))?.[0]
      assert.ok(label !== undefined, `no label at ${at}: ${line}`)
      assert.ok(!(label in labels), `label twice: ${line}`)
      at += label.length + 2
      let value = ''
      for (; line[at] !== '"'; at++) {
        assert.ok(at < line.length, `label without end: ${line}`)
        if (line[at] !== '\\') value += line[at]
        else {
          const escaped = { '\\': '\\', '"': '"', n: '\n' }[line[++at]!]
          assert.ok(escaped !== undefined, `unknown escape: ${line}`)
          value += escaped
        }
      }
      labels[label] = value
      at++
      if (line[at] === ',') at++
      else assert.equal(line[at], '}', line)
    }
    at++
  }
  const number = /^ (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line.slice(at))?.[1]
  assert.ok(number !== undefined, `no value: ${line}`)
  return { name, labels, value: Number(number) }
}
