/** What a policy of AWS allows, as far as the policies of the examples and of the documents go. Whatever it does not know, it throws at. */

/** Who asks for what, and the condition keys that AWS would fill in. */
export interface PolicyQuestion {
  /** ARN of the role, or of the identity provider. */
  readonly principal: string
  readonly action: string
  readonly facts: Readonly<Record<string, string>>
}

type OneOrMore = string | readonly string[]

interface Statement {
  readonly Effect: string
  readonly Principal: Readonly<Record<string, OneOrMore>>
  readonly Action: OneOrMore
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>
}

type Operator = (wanted: string, given: string) => boolean

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringLike: matches,
}

/** Whether a key policy or a trust policy, as JSON text, allows it. */
export function policyAllows(json: string, question: PolicyQuestion): boolean {
  // Files of this project: what has another form fails in what follows.
  const { Version, Statement: statements } = JSON.parse(json) as { Version: string; Statement: readonly Statement[] }
  if (Version !== '2012-10-17') throw new Error(`version ${Version}`)
  return statements.some((statement) => statementAllows(statement, question))
}

function statementAllows(statement: Statement, { principal, action, facts }: PolicyQuestion): boolean {
  if (statement.Effect !== 'Allow') throw new Error(`effect ${statement.Effect}`)
  const principals = Object.values(statement.Principal).flat()
  if (!principals.includes(principal)) return false
  if (![statement.Action].flat().some((pattern) => matches(pattern, action))) return false
  return Object.entries(statement.Condition ?? {}).every(([name, wanted]) => {
    const operator = OPERATORS[name]
    if (operator === undefined) throw new Error(`operator ${name}`)
    return Object.entries(wanted).every(([key, values]) => {
      const given = facts[key]
      return given !== undefined && [values].flat().some((value) => operator(value, given))
    })
  })
}

/** `*` stands for anything, as in StringLike and in actions. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}
