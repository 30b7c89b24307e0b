import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'

/** The program that stands in for naslog: it records its lines. */
export const recorder = resolve('test/support/recorder.mjs')

/** The program that stands in for naslog under mmexternal: it answers with a small record, and dies over the word die. */
export const enricher = resolve('test/support/enricher.mjs')

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'naslog-rsyslog-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Writes a self-signed `cert.pem` and its `key.pem`. */
export function makeCertificate(dir: string): void {
  const files = ['-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')]
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', ...files])
  if (made.status !== 0) throw new Error(`openssl: ${String(made.stderr)}`)
}
