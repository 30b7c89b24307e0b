import { columnOf, columnsOf } from '../encode/azure-columns.ts'
import { allFields, F } from '../fields/index.ts'
import { azureFunctions, type AzureFunction } from './azure-functions.ts'
import { jsonFile, type SetupFile } from './setup-file.ts'

const TABLE = 'Naslog_CL'
const STREAM = `Custom-${TABLE}`

/** Files for `naslog init azure`: one deployment with the table, the rule and the functions; the functions by themselves, to read. */
export function azureFiles(): SetupFile[] {
  const functions = azureFunctions((field) => columnOf(F[field]).name, TABLE)
  return [jsonFile('naslog.deployment.json', deployment(functions)), { name: 'functions.kql', text: functions.map(source).join('\n') }]
}

export const azureSteps = `1. Deploy the table, the rule and the functions into the workspace's resource group:
   az deployment group create -g GROUP --template-file naslog.deployment.json --parameters workspaceName=WORKSPACE
   It answers with \`dcr\` and \`endpoint\`.
2. Give the identity of naslog the role Monitoring Metrics Publisher on the rule; it takes up to 30 minutes to count.
3. destinations: [{ name: sentinel, type: azure, url: ENDPOINT, dcr: ..., tenant: ..., client_id: ..., token_file: ... }]
`

function source({ name, description, body }: AzureFunction): string {
  return `// ${name}: ${description}\n${body}\n`
}

/** An ARM template (https://learn.microsoft.com/azure/azure-monitor/logs/tutorial-logs-ingestion-code). */
function deployment(functions: readonly AzureFunction[]): unknown {
  const columns = columnsOf(allFields)
  const workspaceId = "[resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspaceName'))]"
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: {
      workspaceName: { type: 'string', metadata: { description: 'The Log Analytics workspace; it exists.' } },
      ruleName: { type: 'string', defaultValue: 'naslog' },
      location: { type: 'string', defaultValue: '[resourceGroup().location]', metadata: { description: 'That of the workspace.' } },
    },
    resources: [
      {
        type: 'Microsoft.OperationalInsights/workspaces/tables',
        apiVersion: '2022-10-01',
        name: `[concat(parameters('workspaceName'), '/${TABLE}')]`,
        properties: {
          plan: 'Analytics',
          schema: {
            name: TABLE,
            // The types of a table are those of a stream but for one letter.
            columns: columns.map(({ name, type, description }) => ({ name, type: type === 'datetime' ? 'dateTime' : type, description })),
          },
        },
      },
      {
        type: 'Microsoft.Insights/dataCollectionRules',
        apiVersion: '2023-03-11',
        name: "[parameters('ruleName')]",
        location: "[parameters('location')]",
        kind: 'Direct',
        dependsOn: [`[resourceId('Microsoft.OperationalInsights/workspaces/tables', parameters('workspaceName'), '${TABLE}')]`],
        properties: {
          streamDeclarations: { [STREAM]: { columns: columns.map(({ name, type }) => ({ name, type })) } },
          destinations: { logAnalytics: [{ name: 'workspace', workspaceResourceId: workspaceId }] },
          dataFlows: [{ streams: [STREAM], destinations: ['workspace'], transformKql: 'source', outputStream: STREAM }],
        },
      },
      ...functions.map(({ name, description, body }) => ({
        type: 'Microsoft.OperationalInsights/workspaces/savedSearches',
        apiVersion: '2020-08-01',
        name: `[concat(parameters('workspaceName'), '/${name}')]`,
        dependsOn: [`[resourceId('Microsoft.OperationalInsights/workspaces/tables', parameters('workspaceName'), '${TABLE}')]`],
        properties: { category: 'naslog', displayName: `${name}: ${description}`, functionAlias: name, query: body, version: 2 },
      })),
    ],
    outputs: {
      dcr: { type: 'string', value: "[reference(resourceId('Microsoft.Insights/dataCollectionRules', parameters('ruleName')), '2023-03-11').immutableId]" },
      endpoint: { type: 'string', value: "[reference(resourceId('Microsoft.Insights/dataCollectionRules', parameters('ruleName')), '2023-03-11').endpoints.logsIngestion]" },
    },
  }
}
