import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { run } from '../../src/cli.ts'
import { allFields } from '../../src/fields/index.ts'
import { recordSchema } from '../../src/modes/schema.ts'
import { withIo } from './fake-io.ts'

// Elastic's test cases for qnap_nas, shortened.
const LOGIN =
  '<30>Sep  1 11:01:58 NAS8E49A8 qulogd[19113]: conn log: Users: Administrator, Source IP: 192.168.130.113, Computer name: ---, Connection type: HTTPS, Accessed resources: Administration, Action: Login Success'

test('the filter is the default command', async () => {
  const { code, stdout, stderr } = await withIo(run, { argv: ['--format', 'flat', '--fields', 'user.name,source.ip'], stdin: `${LOGIN}\n` })
  assert.equal(stderr, '')
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(stdout), { 'user.name': 'Administrator', 'source.ip': '192.168.130.113' })
})

test('an empty command line filters too', async () => {
  const { code, stdout } = await withIo(run, { stdin: `${LOGIN}\n\nx` })
  assert.equal(code, 0)
  const records = stdout.trimEnd().split('\n').map((record) => JSON.parse(record))
  assert.deepEqual(records.map(({ naslog }) => naslog.parser), ['qnap', 'plain', 'plain'])
})

test('--timezone is the zone of a time without one, NASLOG_TIMEZONE too, else that of the machine', async () => {
  const fields = ['--fields', '@timestamp']
  const time = async (argv: string[], env: Record<string, string>): Promise<unknown> =>
    JSON.parse((await withIo(run, { argv: [...fields, ...argv], env, stdin: LOGIN })).stdout)['@timestamp']
  assert.equal(new Date(String(await time(['--timezone', 'Asia/Tokyo'], {}))).toISOString(), '2026-09-01T02:01:58.000Z')
  assert.equal(new Date(String(await time([], { NASLOG_TIMEZONE: '-05:00' }))).toISOString(), '2026-09-01T16:01:58.000Z')
  assert.equal(new Date(String(await time([], {}))).toISOString(), '2026-09-01T09:01:58.000Z')
})

const failures: readonly (readonly [argv: readonly string[], code: number, stderr: string])[] = [
  [['schem'], 2, "naslog: unknown command 'schem' (did you mean schema?)\nTry 'naslog --help'.\n"],
  [['schema', '--formt', 'x'], 2, "naslog: unknown option '--formt' (did you mean --format?)\nTry 'naslog schema --help'.\n"],
  [['--format', 'xml'], 2, 'naslog: --format: expected ecs or flat, found "xml"\n'],
  [['--fields', 'a,usr.name'], 2, [
    'naslog: --fields: expected the name of a field (docs/fields.md), found "a"',
    'naslog: --fields: expected the name of a field (docs/fields.md), found "usr.name" (did you mean user.name?)',
    '',
  ].join('\n')],
  [['--config', '/nowhere.yaml'], 78, 'naslog: /nowhere.yaml: no such file\n'],
]

for (const [argv, code, stderr] of failures) {
  test(`naslog ${argv.join(' ')} fails with ${code} and says why`, async () => {
    assert.deepEqual(await withIo(run, { argv: [...argv] }), { code, stdout: '', stderr })
  })
}

test('a wrong variable is a matter of configuration', async () => {
  assert.deepEqual(await withIo(run, { env: { NASLOG_FORMAT: 'xml' } }), {
    code: 78,
    stdout: '',
    stderr: 'naslog: NASLOG_FORMAT: expected ecs or flat, found "xml"\n',
  })
})

test('explain shows header, parser, fields with their origin, and the record', async () => {
  const { code, stdout } = await withIo(run, { argv: ['explain', LOGIN] })
  assert.equal(code, 0)
  assert.match(stdout, /^ {2}form +rfc3164$/m)
  assert.match(stdout, /^ {2}priority +30 \(daemon, info\)$/m)
  assert.match(stdout, /^parser +qnap$/m)
  assert.match(stdout, /^ {2}@timestamp +columns 5-19, year and zone assumed +2026-09-01T11:01:58/m)
  assert.match(stdout, /^ {2}user\.name +columns 63-75 +Administrator$/m)
  assert.match(stdout, /^ {2}source\.ip +columns 89-103 +192\.168\.130\.113$/m)
  assert.match(stdout, /^ {2}process\.pid +columns 38-42 +19113$/m)
  assert.match(stdout, /^ {2}event\.category +table +authentication/m)
  assert.match(stdout, /^ {2}event\.timezone +assumed +Europe\/Rome$/m)
  assert.match(stdout, /^ {2}related\.user +user\.name +Administrator$/m)
  assert.match(stdout, /^problems {2}none$/m)
  const record = JSON.parse(stdout.slice(stdout.indexOf('\nrecord\n') + '\nrecord\n'.length))
  assert.equal(record.user.name, 'Administrator')
})

test('explain counts columns in characters, not in bytes', async () => {
  const { stdout } = await withIo(run, { argv: ['explain', LOGIN.replace('Administrator', 'Jürgen 日本')] })
  assert.match(stdout, /^ {2}user\.name +columns 63-71 +Jürgen 日本$/m)
  assert.match(stdout, /^ {2}source\.ip +columns 85-99 /m)
})

test('explain reads several lines from standard input, and tells the problems in words', async () => {
  for (const argv of [['explain'], ['explain', '-']]) {
    const { stdout } = await withIo(run, { argv, stdin: `${LOGIN}\n\nx\n` })
    assert.equal(stdout.match(/^line$/gm)?.length, 3)
    assert.match(stdout, /^problems\n {2}empty_line {2}The line was empty\.$/m)
  }
})

test('explain emits nothing that a terminal would obey, but its own colours where they are wanted', async () => {
  const hostile = `${LOGIN.replace('Administrator', 'a\x1b]0;x\x07\u009b31m\u202eb')}\x00`
  const { stdout } = await withIo(run, { argv: ['explain'], stdin: hostile })
  assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
  const coloured = await withIo(run, { argv: ['explain'], stdin: hostile, isTTY: true })
  assert.doesNotMatch(coloured.stdout.replace(/\x1b\[(?:0|1|2|31)m/g, ''), /[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  assert.notEqual(coloured.stdout, stdout)
  assert.equal((await withIo(run, { argv: ['explain'], stdin: hostile, isTTY: true, env: { NO_COLOR: '1' } })).stdout, stdout)
})

test('check is content with the defaults and the shipped parsers', async () => {
  const { code, stdout } = await withIo(run, { argv: ['check'] })
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^parser qnap: \d+ sample lines$/m)
  assert.match(stdout, /all is well\n$/)
})

test('check names variables that mean nothing, and fails for a wrong configuration', async () => {
  const { code, stdout } = await withIo(run, { argv: ['check', '/nowhere.yaml'], env: { NASLOG_FORMT: 'x' } })
  assert.equal(code, 78)
  assert.match(stdout, /^ignored: NASLOG_FORMT: unknown variable \(did you mean NASLOG_FORMAT\?\)$/m)
  assert.match(stdout, /^wrong: \/nowhere\.yaml: no such file$/m)
})

test('schema writes a JSON Schema of all fields, or of those chosen', async () => {
  const whole = JSON.parse((await withIo(run, { argv: ['schema'] })).stdout)
  assert.equal(whole.$schema, 'https://json-schema.org/draft/2020-12/schema')
  assert.equal(whole.properties.log.properties.syslog.properties.priority.type, 'integer')
  assert.equal(whole.properties.related.properties.ip.type, 'array')
  const flat = JSON.parse((await withIo(run, { argv: ['schema', '--format', 'flat', '--fields', 'user.name,@timestamp'] })).stdout)
  assert.deepEqual(Object.keys(flat.properties), ['user.name', '@timestamp'])
})

test('no field is the parent of another: every leaf has its place in the nested schema', () => {
  const leaves = (schema: Record<string, any>, path: string[] = []): string[] =>
    Object.entries(schema['properties'] ?? {}).flatMap(([key, value]) => {
      const child = value as Record<string, any>
      return child['properties'] === undefined ? [[...path, key].join('.')] : leaves(child, [...path, key])
    })
  assert.deepEqual(leaves(recordSchema('ecs', allFields)).sort(), allFields.map(({ name }) => name).sort())
})

for (const format of ['ecs', 'flat'] as const) {
  test(`records in the format ${format} obey the schema`, async () => {
    const validator = z.fromJSONSchema(recordSchema(format, allFields) as Parameters<typeof z.fromJSONSchema>[0])
    const { stdout } = await withIo(run, { argv: ['--format', format, '--keep-original'], stdin: `${LOGIN}\n\nx\n<34>1 - h a 1 m [a@1 b="c"] text\n` })
    for (const record of stdout.trimEnd().split('\n')) {
      const { success, error } = validator.safeParse(JSON.parse(record))
      assert.ok(success, `${record}\n${String(error)}`)
    }
    assert.equal(validator.safeParse(JSON.parse('{"unknown":1}')).success, false)
  })
}
