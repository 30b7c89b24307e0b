import { one } from './declare.ts'

/** ECS `labels`: keywords of our own choice. Inventory and rules may set these and no others, so that the schema stays closed. */
export const labels = {
  'labels.site': one('keyword', 'Site of the device, by the inventory, or as a rule says.'),
  'labels.environment': one('keyword', 'Environment of the device (`production`, `test`), by the inventory, or as a rule says.'),
  'labels.owner': one('keyword', 'Who answers for the device, by the inventory, or as a rule says.'),
  'labels.team': one('keyword', 'As a rule says.'),
  'labels.purpose': one('keyword', 'As a rule says.'),
  'labels.severity': one('keyword', 'As a rule says.'),
  'labels.case': one('keyword', 'As a rule says.'),
  'labels.note': one('keyword', 'As a rule says.'),
}

export const labelFields = Object.keys(labels) as readonly (keyof typeof labels)[]
