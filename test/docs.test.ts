import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadSettings } from '../src/config.ts'
import { ConfigurationError } from '../src/config/error.ts'

const folder = mkdtempSync(join(tmpdir(), 'naslog-docs-'))
after(() => rmSync(folder, { recursive: true }))

/** The code block behind a mark of docs/configuration.md. */
function example(mark: string): string {
  const page = readFileSync('docs/configuration.md', 'utf8')
  const block = new RegExp(`<!-- example:${mark} -->\n\`\`\`\\w*\n([\\s\\S]*?)\`\`\``).exec(page)?.[1]
  assert.ok(block !== undefined, `no example ${mark}`)
  return block
}

function write(text: string): string {
  const name = join(folder, 'naslog.yaml')
  writeFileSync(name, text)
  return name
}

test('the generated parts of the documentation are those of the declarations', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})

test('the example of a configuration file is right, and uses every key', async () => {
  const settings = await loadSettings({ config: write(example('file')) }, {})
  assert.equal(settings.timezone.default, 'Europe/Rome')
  assert.deepEqual(settings.timezone.devices.map(({ match }) => match), ['nas-tokyo-*', '192.0.2.17', '*.example.com'])
  assert.equal(settings.format, 'ecs')
  assert.equal(settings.fields?.length, 6)
  assert.equal(settings.keepOriginal, false)
})

test('the example of errors is what naslog says', async () => {
  const config = write('timezone:\n  default: Europe/Roma\nformt: ecs\n')
  await assert.rejects(loadSettings({ config }, {}), (error: unknown) => {
    assert.ok(error instanceof ConfigurationError)
    const said = error.complaints.map(({ where, text }) => `naslog: ${where.replace(`${folder}/`, '')}: ${text}\n`).join('')
    assert.equal(said, example('errors'))
    return true
  })
})
