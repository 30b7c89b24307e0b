import { one } from '../../fields/declare.ts'

/** Qumulo fields without an ECS place. */
export const qumuloFields = {
  'qumulo.audit.operation': one('keyword', 'Operation as written.'),
}
