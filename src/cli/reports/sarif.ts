import { createHash } from 'node:crypto'
import type { Findings, ReportedProblem, ReportFormat } from '../report-format.ts'

/** SARIF 2.1.0 (OASIS), as code scanning of GitHub, Azure DevOps and GitLab reads it. */
export const report: ReportFormat = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning',
  render: (findings, { version }) => `${JSON.stringify(sarifLog(findings, version), undefined, 2)}\n`,
}

function sarifLog({ problems, rules, command }: Findings, version: string): unknown {
  const used = [...new Set(problems.map(({ rule }) => rule))].sort()
  const driver = {
    name: 'secrets',
    semanticVersion: version,
    rules: used.map((id) => ({
      id,
      shortDescription: { text: rules[id] ?? id },
      defaultConfiguration: { level: 'error' },
    })),
  }
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        automationDetails: { id: `secrets/${command}/` },
        columnKind: 'utf16CodeUnits',
        results: problems.map((problem) => result(problem, used)),
      },
    ],
  }
}

function result(problem: ReportedProblem, used: readonly string[]): unknown {
  const { rule, uri, line, column, commit } = problem
  const region =
    line === undefined
      ? { startLine: 1 }
      : { startLine: line, ...(column === undefined ? {} : { startColumn: column }) }
  return {
    ruleId: rule,
    ruleIndex: used.indexOf(rule),
    level: 'error',
    message: { text: textOf(problem) },
    locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(uri), uriBaseId: '%SRCROOT%' }, region } }],
    partialFingerprints: { secretsProblem: fingerprint(problem) },
    ...(commit === undefined ? {} : { properties: { commit } }),
  }
}

function textOf({ path, message, hint }: ReportedProblem): string {
  const text = path === undefined || path === '' ? message : `${path}: ${message}`
  return hint === undefined ? text : `${text}\n${hint}`
}

/** Without lines, which move: the same problem stays the same alert. */
function fingerprint({ rule, uri, path, message }: ReportedProblem): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, uri, path ?? '', message]))
    .digest('hex')
}
