import { many, one, raw } from '../../fields/declare.ts'

/** Qumulo fields without an ECS place. Fields of one parent object stand together: the encoder relies on it. */
export const qumuloFields = {
  'qumulo.cluster.name': one('keyword', 'Name of the cluster: the host name without the node number.'),
  'qumulo.node.id': one('keyword', 'Number of the node within the cluster.'),
  'qumulo.audit.operation': one('keyword', 'Operation as written.', 'key'),
  'qumulo.audit.status': one('keyword', 'Status as written: `ok` or an error name.'),
  'qumulo.audit.protocol': one('keyword', 'Protocol as written.'),
  'qumulo.audit.protocol_version': one('keyword', 'Version within the protocol name: `2` of `smb2`, `4.1` of `nfsv4.1`.'),
  'qumulo.audit.user.name': raw(one('keyword', 'Account as written, with its domain.', 'line')),
  'qumulo.audit.user.sid': one('keyword', 'SID of the account.', 'line'),
  'qumulo.audit.user.auth_id': one('keyword', 'Qumulo auth id of the account: `500` is admin, `1` system, `501` guest.', 'line'),
  'qumulo.audit.user.kind': one('keyword', 'What user.id is: `sid`, `auth_id`, or `uid` (a bare number over NFS).'),
  'qumulo.audit.file_id': one('keyword', 'Id of the file or other object, always a string: it may have 30 digits.', 'line'),
  'qumulo.audit.target_path': one('keyword', 'Second path: the new one of a rename, the other name of a hard link.', 'line'),
  'qumulo.audit.extra_name': one('keyword', 'First name of an operation on something else than a file: export, share, policy.'),
  'qumulo.audit.second_extra_name': one('keyword', 'Second name of such an operation.'),
  'qumulo.audit.object': one('keyword', '`file` or `directory`, where the line tells.'),
  'qumulo.audit.change': many(
    'keyword',
    'What was done to the file, in the words of Varonis: `created`, `deleted`, `read`, `written`, `renamed`, `owner changed`, ' +
      '`permissions added`, `permissions removed`, `protection added`, `protection removed`; `attributes changed` for the rest. ' +
      'Only of operations that succeeded.',
    'key',
  ),
  'qumulo.audit.offset': one('long', 'Where a read or write began, in bytes.', 'line'),
  'qumulo.audit.offset_exact': one('keyword', 'The same as text, where it is larger than 2^53 or not a whole number.'),
  'qumulo.audit.size': one('long', 'How much was read or written, in bytes.', 'line'),
  'qumulo.audit.size_exact': one('keyword', 'The same as text, where it is larger than 2^53 or not a whole number.'),
  'qumulo.audit.file_size_exact': one('keyword', 'File size as text, where it is larger than 2^53 or not a whole number.'),
  'qumulo.audit.snapshot.id': one('keyword', 'Snapshot in whose tree the path lies.'),
  'qumulo.audit.snapshot.name': one('keyword', 'Name of that snapshot.'),
  'qumulo.audit.snapshot.path': one('keyword', 'Path within that snapshot.'),
  'qumulo.audit.before': one('flattened', 'Metadata before the operation (JSON format only).', 'line'),
  'qumulo.audit.after': one('flattened', 'Metadata after the operation (JSON format only).', 'line'),
  'qumulo.audit.unmapped': one('flattened', 'Members of the JSON record that have no field of their own, where they stood: `{"details":{"new_key":1}}`.', 'line'),
}
