import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connLine, failedLine, qumuloLine, recordsOf } from './support.ts'

const YAML = `
accounts:
  administrators: [Administrator, "adm-*", "CORP\\\\boss"]
  service: ["svc-*"]
`
const cases: readonly (readonly [line: string, roles: readonly string[] | undefined, name?: string | undefined, domain?: string | undefined])[] = [
  [connLine({ user: 'alice' }), undefined, 'alice'],
  [connLine({ user: 'administrator' }), ['administrator'], 'administrator'],
  [connLine({ user: 'CORP\\adm-bob' }), ['administrator'], 'adm-bob', 'CORP'],
  [connLine({ user: 'corp\\Boss' }), ['administrator'], 'Boss', 'corp'],
  [connLine({ user: 'OTHER\\boss' }), undefined, 'boss', 'OTHER'],
  [connLine({ user: 'svc-backup' }), ['service'], 'svc-backup'],
  [connLine({ user: 'CORP\\PC-0123*' }), ['machine'], 'PC-0123*'],
  [connLine({ user: '**jndi*x*' }), undefined, '**jndi*x*'],
  [connLine({ user: 'guest' }), ['guest'], 'guest'],
  [connLine({ user: 'System', ip: '127.0.0.1' }), ['system'], 'System'],
  [connLine({ user: 'System' }), undefined, 'System'],
  [failedLine({ user: 'System', ip: '203.0.113.7' }), undefined, 'System'],
  [qumuloLine({ user: 'AD\\system' }), undefined, 'system', 'AD'],
  [failedLine({ user: 'svc-x' }), ['service'], 'svc-x'],
  [qumuloLine({ user: 'VSS\\MILESTONE-RS3$' }), ['machine'], 'MILESTONE-RS3$', 'VSS'],
  [qumuloLine({ user: 'PC*' }), undefined, 'PC*'],
  [qumuloLine({ user: 'S-1-5-18' }), ['system'], 'SYSTEM', 'NT AUTHORITY'],
  [qumuloLine({ user: 'S-1-5-7' }), ['guest'], 'ANONYMOUS LOGON', 'NT AUTHORITY'],
  [qumuloLine({ user: 'S-1-5-21-1-2-3-500' }), ['administrator'], undefined],
  [qumuloLine({ user: 'S-1-5-21-1-2-3-1500' }), undefined, undefined],
  [qumuloLine({ user: '500' }), ['administrator'], 'admin'],
  [qumuloLine({ user: 'system' }), ['system'], 'system'],
  [connLine({ user: '$' }), undefined, '$'],
]

for (const [line, roles, name, domain] of cases) {
  test(`roles of ${name ?? line}: ${roles?.join() ?? 'none'}`, async () => {
    const [record] = await recordsOf(YAML, [line])
    assert.deepEqual(record?.['user.roles'], roles)
    assert.equal(record?.['user.name'], name)
    if (domain !== undefined) assert.equal(record?.['user.domain'], domain)
    if (name !== undefined) assert.ok((record?.['related.user'] as string[]).includes(name))
  })
}
