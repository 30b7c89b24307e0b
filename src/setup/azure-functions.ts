import type { F } from '../fields/index.ts'

/** A function of a workspace, in KQL. */
export interface AzureFunction {
  readonly name: string
  readonly description: string
  readonly body: string
}

/** The column of a field. */
type ColumnOf = (field: keyof typeof F) => string

/**
 * Functions over the table. The names of columns come from the mapping that the rows are made by. `EventTime` is the true time: Azure
 * replaces `TimeGenerated` of what arrives late.
 */
export function azureFunctions(column: ColumnOf, table: string): AzureFunction[] {
  const c = column
  const renamed = `coalesce(${c('qnap.nas.file.new_path')}, ${c('qumulo.audit.target_path')})`
  return [
    {
      name: 'NaslogFileEvents',
      description: 'file activity under the names of the ASIM schema FileEvent 0.2.1',
      body: `${table}
| where ${c('event.category')} has "file"
| extend NewPath = ${renamed}
| project
    TimeGenerated, EventStartTime = ${c('@timestamp')}, EventEndTime = ${c('@timestamp')}, EventCount = coalesce(${c('naslog.repeat_count')}, 1),
    EventVendor = ${c('observer.vendor')}, EventProduct = ${c('observer.product')}, EventSchema = "FileEvent", EventSchemaVersion = "0.2.1",
    EventOriginalUid = ${c('event.id')}, EventOriginalType = ${c('event.action')},
    EventResult = case(${c('event.outcome')} == "success", "Success", ${c('event.outcome')} == "failure", "Failure", "NA"),
    EventResultDetails = ${c('event.reason')},
    EventType = case(
        isnotempty(NewPath), "FileRenamed",
        ${c('event.type')} has "creation", "FileCreated",
        ${c('event.type')} has "deletion", "FileDeleted",
        ${c('event.type')} has "change", "FileModified",
        "FileAccessed"),
    DvcHostname = ${c('host.name')}, ActorUsername = ${c('user.name')}, ActorUserId = ${c('user.id')},
    SrcIpAddr = ${c('source.ip')}, SrcHostname = ${c('source.domain')}, NetworkApplicationProtocol = ${c('network.protocol')},
    TargetFilePath = coalesce(NewPath, ${c('file.path')}), SrcFilePath = iff(isnotempty(NewPath), ${c('file.path')}, ""),
    TargetFileSize = ${c('file.size')}`,
    },
    {
      name: 'NaslogDeletions',
      description: 'who deleted how much, by hour',
      body: `${table}
| where ${c('event.type')} has "deletion" and ${c('event.outcome')} != "failure"
| summarize Files = dcount(${c('file.path')}), First = min(${c('@timestamp')}), Last = max(${c('@timestamp')}), Examples = make_set(${c('file.path')}, 5)
    by bin(${c('@timestamp')}, 1h), ${c('user.name')}, ${c('source.ip')}, ${c('host.name')}
| order by Files desc`,
    },
    {
      name: 'NaslogDenied',
      description: 'who was refused what',
      body: `${table}
| where ${c('event.outcome')} == "failure"
| summarize Times = count(), Last = max(${c('@timestamp')}), Reasons = make_set(${c('event.reason')}, 5), Paths = make_set(${c('file.path')}, 5)
    by ${c('event.action')}, ${c('user.name')}, ${c('source.ip')}, ${c('host.name')}
| order by Times desc`,
    },
    {
      name: 'NaslogProblems',
      description: 'lines that were not fully understood',
      body: `${table}
| where isnotempty(${c('naslog.problems')})
| project ${c('@timestamp')}, ${c('host.name')}, ${c('naslog.problems')}, ${c('error.message')}, ${c('event.original')}
| order by ${c('@timestamp')} desc`,
    },
  ]
}
