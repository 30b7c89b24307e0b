import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EcsFlat } from '@elastic/ecs'
import { operationOf } from '../../src/parsers/qumulo/operations.ts'
import { CLASSES, FILE_OPERATIONS, ACTIONS } from '../../src/parsers/qumulo/operation-table.ts'
import { operationBody, parse } from './qumulo-parse.ts'

const names = CLASSES.flatMap(([, , list]) => list.split(' '))
const categories = new Map(EcsFlat['event.category'].allowed_values.map(({ name, expected_event_types }) => [name as string, expected_event_types as readonly string[]]))

function assertEcs(name: string) {
  const { category, type } = operationOf(name)
  assert.equal(category.length, 1, name)
  const expected = categories.get(category[0] as string)
  assert.ok(expected !== undefined, `${name}: category ${category}`)
  for (const one of type) assert.ok(expected.includes(one), `${name}: type ${one} of ${category}`)
}

test('every documented operation is in the table once', () => {
  // 171 documented (one of them in two spellings), and cluster_restart.
  assert.equal(names.length, 173)
  assert.equal(new Set(names).size, 173)
  for (const name of names) assert.equal(operationOf(name).known, true, name)
  for (const name of [...FILE_OPERATIONS.keys(), ...ACTIONS.keys()]) assert.ok(names.includes(name), name)
})

test('categories and types are those that ECS expects together', () => {
  for (const name of names) assertEcs(name)
})

const known: [operation: string, category: string, types: string[], action: string, failed?: string][] = [
  ['fs_create_file', 'file', ['creation'], 'create-file'],
  ['fs_create_directories', 'file', ['creation'], 'create-directory'],
  ['fs_delete', 'file', ['deletion'], 'delete'],
  ['fs_tree_delete', 'file', ['deletion'], 'delete'],
  ['tree_delete_start', 'file', ['deletion'], 'delete'],
  ['fs_rename', 'file', ['change'], 'rename'],
  ['fs_read_data', 'file', ['access'], 'read'],
  ['fs_copy_chunk', 'file', ['change'], 'write'],
  ['fs_read_metadata', 'file', ['access'], 'fs_read_metadata'],
  ['fs_set_quota', 'configuration', ['change'], 'fs_set_quota'],
  ['fs_create_public_key', 'configuration', ['creation'], 'fs_create_public_key'],
  ['smb_login', 'authentication', ['start'], 'login-success', 'login-fail'],
  ['rest_login', 'authentication', ['start'], 'login-success', 'login-fail'],
  ['nfs_mount', 'session', ['start'], 'mount'],
  ['share_connect', 'session', ['start'], 'connect'],
  ['smb_close_session', 'session', ['end'], 'smb_close_session'],
  ['auth_create_user', 'iam', ['user', 'creation'], 'created-user'],
  ['auth_delete_group', 'iam', ['group', 'deletion'], 'deleted-user-group'],
  ['auth_assign_role', 'iam', ['admin', 'change'], 'auth_assign_role'],
  ['session_change_password', 'iam', ['user', 'change'], 'changed-password'],
  ['snapshot_create_snapshot', 'configuration', ['creation'], 'created-snapshot'],
  ['snapshot_unlock_snapshot_challege', 'configuration', ['change'], 'snapshot_unlock_snapshot_challege'],
  ['snapshot_unlock_snapshot_challenge', 'configuration', ['change'], 'snapshot_unlock_snapshot_challenge'],
  ['remote_syslog_startup', 'configuration', ['info'], 'remote_syslog_startup'],
  ['reboot_start', 'host', ['change'], 'reboot_start'],
  ['cluster_restart', 'host', ['change'], 'cluster_restart'],
]
for (const [operation, category, types, action, failed = action] of known) {
  test(`operation ${operation}`, () => {
    const result = parse(operationBody(operation, {}))
    assert.deepEqual(result?.['event.category'], [category])
    assert.deepEqual(result?.['event.type'], types)
    assert.equal(result?.['event.action'], action)
    assert.equal(result?.['event.outcome'], 'success')
    assert.equal(result?.['qumulo.audit.operation'], operation)
    assert.equal(result?.['naslog.problems'], undefined)
    const denied = parse(operationBody(operation, {}, { status: 'fs_access_denied_error' }))
    assert.equal(denied?.['event.action'], failed)
    assert.equal(denied?.['event.outcome'], 'failure')
    assert.equal(denied?.['event.reason'], 'fs_access_denied_error')
    assert.equal(denied?.['error.code'], 'fs_access_denied_error')
    assert.equal(denied?.['qumulo.audit.change'], undefined)
  })
}

const unknown: [operation: string, category: string, types: string[]][] = [
  ['fs_create_portal', 'file', ['creation']],
  ['fs_purge', 'file', ['change']],
  ['fs_get_thing', 'file', ['access']],
  ['tree_delete_pause', 'file', ['deletion']],
  ['auth_create_thing', 'iam', ['user', 'creation']],
  ['auth_list_things', 'iam', ['user', 'info']],
  ['node_delete', 'host', ['change']],
  ['audit_create_destination', 'configuration', ['creation']],
  ['saml_login', 'authentication', ['start']],
  ['quux', 'configuration', ['change']],
  ['__proto__', 'configuration', ['change']],
  ['constructor', 'configuration', ['change']],
]
for (const [operation, category, types] of unknown) {
  test(`unknown operation ${operation}`, () => {
    const result = parse(operationBody(operation, {}))
    assert.deepEqual(result?.['event.category'], [category])
    assert.deepEqual(result?.['event.type'], types)
    assert.equal(result?.['event.action'], operation)
    assert.deepEqual(result?.['naslog.problems'], ['unknown_operation'])
    assertEcs(operation)
  })
}

test('begin_ is the operation, with an outcome that is not known', () => {
  const result = parse(operationBody('begin_audit_modify_syslog_config', {}))
  assert.equal(result?.['event.action'], 'audit_modify_syslog_config')
  assert.equal(result?.['event.outcome'], 'unknown')
  assert.equal(result?.['qumulo.audit.operation'], 'begin_audit_modify_syslog_config')
  assert.equal(result?.['naslog.problems'], undefined)
  assert.deepEqual(parse(operationBody('begin_quux', {}))?.['naslog.problems'], ['unknown_operation'])
})
