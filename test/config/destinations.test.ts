import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadServiceSettings } from '../../src/config.ts'
import { ConfigurationError } from '../../src/config/error.ts'
import { joinConfiguration } from '../../src/config/layers.ts'
import { printConfiguration } from '../../src/config/print.ts'

const folder = mkdtempSync(join(tmpdir(), 'naslog-config-'))
after(() => rmSync(folder, { recursive: true }))

/** A file with one destination, written as one line of YAML. */
function fileWith(...destinations: readonly string[]): string {
  const name = join(folder, 'naslog.yaml')
  writeFileSync(name, `destinations:\n${destinations.map((each) => `  - {${each}}\n`).join('')}`)
  return name
}

async function errorsOf(...destinations: readonly string[]): Promise<string[]> {
  try {
    await loadServiceSettings({ config: fileWith(...destinations) }, {})
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error.complaints.map(({ where, text }) => `${where.replace(`${folder}/naslog.yaml:`, '')}: ${text}`)
  }
}

const wrong: readonly (readonly [name: string, destination: string, error: RegExp])[] = [
  ['a mistyped type', 'name: a, type: elasticserch', /^2:21: destinations\[0\]\.type: expected a destination with `type:` file, .*, found "elasticserch" \(did you mean elasticsearch\?\)$/],
  ['no type', 'name: a', /^2:5: destinations\[0\]\.type: expected a destination with `type:` .*, found nothing$/],
  ['a mistyped key', 'name: a, type: http, url: "http://x", tokn_file: /k', /^2:44: unknown key 'destinations\[0\]\.tokn_file' \(did you mean token_file\?\)$/],
  ['a key of another type', 'name: a, type: file, index: x', /^2:27: unknown key 'destinations\[0\]\.index'$/],
  ['a mistyped key of a section', 'name: a, type: otlp, url: "http://x", batch: {recrods: 1}', /unknown key 'destinations\[0\]\.batch\.recrods' \(did you mean records\?\)$/],
  ['no secret', 'name: a, type: splunk, url: "http://x"', /^2:5: destinations\[0\]: expected the secret in one place: `token_file:` or `token_env:`/],
  ['two secrets', 'name: a, type: datadog, token_env: A, token_file: /k', /expected the secret in one place/],
  ['a user without password', 'name: a, type: http, url: "http://x", user: bob', /expected one secret/],
  ['a token and a password', 'name: a, type: http, url: "http://x", token_env: A, user: bob, password_env: B', /expected one secret/],
  ['a URL that is none', 'name: a, type: http, url: "logs.example.com"', /expected a URL such as https:\/\/logs\.example\.com\/in, without user and password, found "logs\.example\.com"$/],
  ['a URL with a query where none belongs', 'name: a, type: otlp, url: "http://x/?a=b"', /expected a URL/],
  ['a data stream in capitals', 'name: a, type: elasticsearch, url: "http://x", data_stream: Logs-a-b', /expected the name of a data stream such as logs-naslog-default/],
  ['a data stream with two parts', 'name: a, type: elasticsearch, url: "http://x", data_stream: logs-a', /expected the name of a data stream/],
  ['streams without one for other lines', 'name: a, type: elasticsearch, url: "http://x", data_stream: {qnap: logs-a-b}', /or a mapping with the keys `qnap`, `qumulo` and `other`, found a mapping$/],
  ['a filter that is none', 'name: a, type: file, where: "user.nam: x"', /where: column 1: no field is called 'user\.nam' \(did you mean user\.name\?\)/],
  ['more than the server takes', 'name: a, type: datadog, token_env: A, batch: {records: 1001}', /expected a whole number from 1 to 1000, found 1001$/],
  ['a size out of range', 'name: a, type: datadog, token_env: A, batch: {bytes: 6MB}', /expected a size from 1kB to 5MB such as 4MB, found "6MB"$/],
  ['a certificate without its key', 'name: a, type: http, url: "https://x", tls: {cert: /c}', /expected `cert:` and `key:` together/],
  ['a tag with a comma', 'name: a, type: datadog, token_env: A, tags: ["a,b:c"]', /tags\[0\]: expected a tag such as env:production/],
]
for (const [name, destination, error] of wrong) {
  test(`${name} is an error that says what was expected`, async () => {
    const errors = await errorsOf(destination)
    assert.equal(errors.length, 1, errors.join('\n'))
    assert.match(errors[0]!, error)
  })
}

test('two destinations of one name are one too many', async () => {
  assert.match((await errorsOf('name: a, type: file', 'name: a, type: file, path: /b')).join(), /expected a name that no destination before it has/)
})

/** Where people write a secret by mistake. */
const leaks: readonly string[] = [
  'name: a, type: splunk, url: "https://x", token: s3cret',
  'name: a, type: splunk, url: "https://x", token_env: "s3cret!"',
  'name: a, type: splunk, url: "https://x", token_file: s3cret',
  'name: a, type: http, url: "https://x", user: b, password_env: "s3cret!"',
  'name: a, type: http, url: "https://bob:s3cret@x"',
  'name: a, type: http, url: "https://x", headers: {Authorization: "Bearer s3cret"}',
  'name: a, type: http, url: "https://x", headers: {X-Key: "s3cret\\n"}',
]
for (const destination of leaks) {
  test(`no error tells it: ${destination}`, async () => {
    const errors = await errorsOf(destination)
    assert.ok(errors.length > 0)
    assert.doesNotMatch(errors.join('\n'), /s3cret/)
  })
}

test('--print-config writes what is in effect, and what it writes says the same again', async () => {
  const config = fileWith(
    'name: es, type: elasticsearch, url: "https://x:9200", token_file: /etc/k, data_stream: {qnap: logs-a-b, other: logs-c-d}, timeout: 1500ms',
    'name: dd, type: datadog, token_env: DD, batch: {bytes: 2MiB}',
    'name: f, type: file, mode: "0600", linger: 0s',
  )
  const printed = printConfiguration(await joinConfiguration({ config, timezone: 'Asia/Tokyo' }, {}))
  assert.match(printed, /default: Asia\/Tokyo/)
  assert.match(printed, /timeout: 1500ms/)
  assert.match(printed, /max_size: 2GiB/)
  assert.match(printed, /bytes: 2MiB/)
  assert.match(printed, /mode: "0600"/)
  const again = join(folder, 'again.yaml')
  writeFileSync(again, printed)
  assert.equal(printConfiguration(await joinConfiguration({ config: again }, {})), printed)
})

test('--print-config shows neither headers nor queries', async () => {
  const config = fileWith('name: h, type: http, url: "https://x/in?code=s3cret", headers: {X-Tenant: s3cret}')
  const printed = printConfiguration(await joinConfiguration({ config }, {}))
  assert.doesNotMatch(printed, /s3cret/)
  assert.match(printed, /url: https:\/\/x\/in\?\(not shown\)/)
  assert.match(printed, /X-Tenant: \(not shown\)/)
})
