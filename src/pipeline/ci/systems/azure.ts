import type { CiSystem, CiVariables, HandedValue } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/**
 * Azure Pipelines; variables: learn.microsoft.com, "Use predefined variables". Commands: azure-pipelines-task-lib `taskcommand.ts`
 * writes them, azure-pipelines-agent `Command.cs` and `SetVariableTaskCommand` read them.
 */
export const system: CiSystem = {
  id: 'azure',
  name: 'Azure Pipelines',
  knownBy: ['TF_BUILD'],
  rank: 50,
  job: (env) => {
    const facts = jobFacts(env, {
      repository: 'BUILD_REPOSITORY_NAME',
      ref: 'BUILD_SOURCEBRANCH',
      commit: 'BUILD_SOURCEVERSION',
      actor: ['BUILD_REQUESTEDFOR', 'RELEASE_REQUESTEDFOR'],
    })
    const [base, project, build] = [env['SYSTEM_COLLECTIONURI'], env['SYSTEM_TEAMPROJECT'], env['BUILD_BUILDID']]
    const url =
      base && project && build ? `${base}${encodeURIComponent(project)}/_build/results?buildId=${build}` : undefined
    const [name, number] = [env['SYSTEM_JOBNAME'] ?? env['AGENT_JOBNAME'], env['BUILD_BUILDNUMBER']]
    return { ...facts, ...(url ? { url } : {}), ...(name && number ? { id: `${name} #${number}` } : {}) }
  },
  outside: async (env) => {
    const fork = env['SYSTEM_PULLREQUEST_ISFORK']
    if (fork === undefined) return false
    return /^true$/i.test(fork) ? 'a pull request from a fork' : false
  },
  keyAdvice:
    'map a secret variable: env: { SECRETS_AGE_KEY: $(SECRETS_AGE_KEY) }; secret variables reach no step by themselves',
  problem: azureProblem,
  handOver: (values, env) => {
    const masks = values.flatMap((value) => value.masks).filter((text) => keepsPercents(env) || !text.includes('%'))
    const secret = values.filter((value) => value.masks.length > 0)
    return {
      masks: [...new Set(masks)].map((text) => `##vso[task.setsecret]${escaped(text)}`),
      commands: values.map(
        ({ name, text, masks: own }) =>
          `##vso[task.setvariable variable=${name}${own.length > 0 ? ';issecret=true' : ''}]${escaped(text)}`,
      ),
      ...(secret.length === 0 ? {} : { advice: [mappingAdvice(secret)] }),
    }
  },
}

/** `%` first, as the agent undoes it last. */
function escaped(text: string): string {
  return text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** Agents undo `%AZP25` unless a variable of the job says otherwise (`DECODE_PERCENTS`). */
function keepsPercents(env: CiVariables): boolean {
  return !/^(?:false|0)$/i.test(env['DECODE_PERCENTS'] ?? '')
}

/** "Define variables": such names never reach tasks. */
const RESERVED = /^(?:endpoint|input|secret|path|securefile)/i

function azureProblem({ name, text, masks }: HandedValue, env: CiVariables): string | undefined {
  const reserved = RESERVED.exec(name)?.[0]
  if (reserved !== undefined)
    return `variables whose names begin with ${reserved.toLowerCase()} do not reach later steps`
  if (text.includes('%') && !keepsPercents(env)) return 'the job says DECODE_PERCENTS=false, and it has a percent sign'
  const mayBreak = /^(?:true|1)$/i.test(env['SYSTEM_UNSAFEALLOWMULTILINESECRET'] ?? '')
  if (masks.length > 0 && /[\r\n]/.test(text) && !mayBreak) {
    return 'the agent takes no secret of several lines: use "secrets run", or set SYSTEM_UNSAFEALLOWMULTILINESECRET to true for the job'
  }
  return undefined
}

function mappingAdvice(secret: readonly HandedValue[]): string {
  const lines = secret.map(({ name }) => `${name}: $(${name})`)
  return `secret variables reach a step by its env alone: { ${lines.join(', ')} }`
}
