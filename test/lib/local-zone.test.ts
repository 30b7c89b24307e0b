import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { localZone } from '../../src/lib/local-zone.ts'

/** What Intl says in a process with this TZ, or without one. */
function zoneOfIntl(configured: string | undefined): string {
  const { TZ: _, ...env } = process.env
  const say = ['-p', 'Intl.DateTimeFormat().resolvedOptions().timeZone']
  return spawnSync(process.execPath, say, { env: configured === undefined ? env : { ...env, TZ: configured }, encoding: 'utf8' }).stdout.trim()
}

test('local zone: what Intl says, also where it is not asked', () => {
  assert.equal(localZone('UTC'), zoneOfIntl('UTC'))
  if (process.env['TZ'] === undefined) assert.equal(localZone(undefined), zoneOfIntl(undefined))
})
