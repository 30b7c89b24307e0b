import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import type { Parser } from '../parser.ts'
import { readAddress } from '../address.ts'
import { readCsv } from './csv.ts'
import { isDigit } from '../../lib/digits.ts'
import { setObject } from './file.ts'
import { readJson } from './json.ts'
import { setDetails, setMetadata } from './metadata.ts'
import { isKnownOperation, NO_OPERATION, operationOf, type Operation } from './operations.ts'
import { protocolOf } from './protocol.ts'
import type { AuditRecord } from './record.ts'
import { setUser } from './user.ts'

/** Reads the audit records of Qumulo Core, in CSV and JSON. */
export const qumulo: Parser = {
  name: 'qumulo',
  samples: [
    '<14>1 2026-01-27T14:12:23.9558Z cs-fil-q-k144-1 qumulo - - - 10.220.151.129,"admin",smb2,fs_create_file,ok,140624751830626345080086044861,"/data/file.txt",""',
    '2023-03-03T14:08:51.058379Z q-varonis-1 qumulo { "user_id": { "sid": "S-1-5-21-123456790-1234567890-1234567890-123", "auth_id": "500", "name": "admin" }, "user_ip": "203.0.113.0", "protocol": "smb2", "operation": "fs_create_file", "status": "ok", "details": { "file_id": "1000003", "path": "/my-file.txt" } }',
    '2022-03-11T00:14:48.707799Z,10.100.246.152,"admin",api,nfs_delete_export,ok,9,"/PSS",""',
    '192.168.1.10,"AD\\alice",nfs,fs_read_data,ok,123,"/.snapshot/1_snapshot1225/dir/",""',
    '{"ip_address": "203.0.113.0", "user": "system", "protocol": "internal", "operation": "remote_syslog_startup", "result": "ok", "object_id": "", "path_1": "", "path_2": ""}',
  ],
  // Core stamps its lines in UTC; rsyslog's traditional format prints the same digits without the zone.
  defaultZone: 'UTC',
  parse(envelope, event) {
    const named = envelope.appname?.startsWith('qumulo') === true
    if (envelope.appname !== undefined && !named) return false
    const { body } = envelope
    const isJson = body.startsWith('{')
    const record = isJson ? readJson(body) : readCsv(body)
    if (record === undefined || !(named || isRecognisable(record, isJson))) return false
    setProblems(record, isJson, event)
    setRecord(record, envelope.hostname ?? record.node, event)
    event.isPlain = record.isPlain
    return true
  },
}

/** Whether the body alone, without a program name in the header, can only be an audit record. */
function isRecognisable(record: AuditRecord, isJson: boolean): boolean {
  const { address, operation, protocol } = record
  if (address === undefined || operation === undefined) return false
  if (isJson || isKnownOperation(operation)) return true
  return readAddress(address) !== undefined && protocol !== undefined && protocolOf(protocol) !== undefined
}

function setProblems(record: AuditRecord, isJson: boolean, event: Event): void {
  event.set(F['event.kind'], 'event')
  if (record.truncated) {
    event.flag('truncated')
    event.set(F['naslog.truncated'], true)
  }
  if (record.repaired) event.flag(isJson ? 'json_repaired' : 'csv_repaired')
  if (record.broken !== undefined) event.fail(isJson ? 'invalid_json' : 'invalid_csv', record.broken)
  else if (!record.operation) {
    const found = record.truncated ? 'the end of the line' : 'a record without it'
    event.fail(record.truncated ? 'truncated' : 'missing_key', `expected the operation, found ${found}`)
  } else if (!record.truncated && (record.address === undefined || record.protocol === undefined || record.status === undefined)) {
    event.flag('missing_key')
  }
}

function setRecord(record: AuditRecord, host: ByteString | undefined, event: Event): void {
  event.set(F['event.module'], 'qumulo')
  event.set(F['event.dataset'], 'qumulo.audit')
  event.set(F['observer.vendor'], 'Qumulo')
  event.set(F['observer.product'], 'Qumulo Core')
  event.set(F['observer.type'], 'nas')
  if (host !== undefined) setNode(host, event)
  if (record.address) setAddress(record.address, record.ip ?? readAddress(record.address), event)
  if (record.protocol) setProtocol(record.protocol, event)
  setUser(record, event)
  setDetails(record, event)

  const operation = record.operation ? operationOf(record.operation) : NO_OPERATION
  const ok = record.status === 'ok'
  const failed = Boolean(record.status) && !ok
  const succeeded = ok && !operation.begins
  event.set(F['qumulo.audit.operation'], operation.name)
  event.set(F['qumulo.audit.status'], ok ? 'ok' : record.status)
  if (record.operation) setOperation(operation, failed, event)
  if (operation.begins) event.set(F['event.outcome'], 'unknown')
  else if (record.status) event.set(F['event.outcome'], failed ? 'failure' : 'success')
  if (failed) {
    event.set(F['event.reason'], record.status)
    event.set(F['error.code'], record.status)
  }

  setObject(record, operation, event)
  if (record.before !== undefined || record.after !== undefined) setMetadata(record, succeeded && operation.onFile, event)
  if (succeeded && operation.change !== undefined) event.set(F['qumulo.audit.change'], [operation.change])
}

function setOperation(operation: Operation, failed: boolean, event: Event): void {
  event.set(F['event.action'], failed ? (operation.failedAction ?? operation.action) : operation.action)
  event.set(F['event.category'], operation.category)
  event.set(F['event.type'], operation.type)
  if (!operation.known) event.flag('unknown_operation')
}

function setAddress(address: ByteString, ip: ByteString | undefined, event: Event): void {
  event.set(F['source.address'], address)
  event.set(F['source.ip'], ip)
  if (ip === undefined) event.flag('invalid_address')
}

function setProtocol(name: ByteString, event: Event): void {
  const protocol = protocolOf(name)
  event.set(F['qumulo.audit.protocol'], protocol?.text ?? name)
  if (protocol === undefined) return
  event.set(F['network.protocol'], protocol.name)
  event.set(F['network.application'], protocol.application)
  event.set(F['qumulo.audit.protocol_version'], protocol.version)
}

/** The host is called `<cluster>-<node>`; a cluster's name may itself hold hyphens. */
function setNode(host: ByteString, event: Event): void {
  const dot = host.indexOf('.')
  const end = dot < 0 ? host.length : dot
  let node = end
  while (isDigit(host, node - 1)) node--
  if (node === end || node < 2 || host.charCodeAt(node - 1) !== 0x2d) return
  event.set(F['qumulo.cluster.name'], host.slice(0, node - 1))
  event.set(F['qumulo.node.id'], host.slice(node, end))
}
