import type { CiSystem, HandedValue } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** TeamCity; variables and messages: jetbrains.com/help/teamcity, "Predefined Build Parameters", "Service Messages". */
export const system: CiSystem = {
  id: 'teamcity',
  name: 'TeamCity',
  knownBy: ['TEAMCITY_VERSION'],
  rank: 100,
  job: (env) => {
    const facts = jobFacts(env, { url: 'BUILD_URL', repository: 'TEAMCITY_PROJECT_NAME', commit: 'BUILD_VCS_NUMBER' })
    const [name, number] = [env['TEAMCITY_BUILDCONF_NAME'], env['BUILD_NUMBER']]
    return { ...facts, ...(name && number ? { id: `${name} #${number}` } : {}) }
  },
  keyAdvice: 'add a parameter env.SECRETS_AGE_KEY of type password to the build configuration',
  handOver: (values) => ({
    commands: values.map(setParameter),
    advice: [
      `give the build configuration parameters of type password of these names, or TeamCity shows their values: ${values.map(({ name }) => `env.${name}`).join(', ')}`,
    ],
  }),
  refusal: {
    message:
      'TeamCity masks parameters only where the build configuration has them as passwords, which a build cannot say',
    hint: 'run what needs the values with "secrets run --redact ENVIRONMENT -- COMMAND", or say --allow-unmasked',
  },
}

function setParameter({ name, text }: HandedValue): string {
  return `##teamcity[setParameter name='env.${escaped(name)}' value='${escaped(text)}']`
}

const SIGNS: Readonly<Record<string, string>> = {
  '|': '||',
  "'": "|'",
  '\n': '|n',
  '\r': '|r',
  '[': '|[',
  ']': '|]',
}

/** Everything beyond ASCII by its UTF-16 units. */
function escaped(text: string): string {
  return text.replaceAll(/[|'\n\r[\]]|[^\0-\x7f]/g, (sign) => SIGNS[sign] ?? unitsOf(sign))
}

function unitsOf(sign: string): string {
  return Array.from({ length: sign.length }, (_, index) => {
    return `|0x${sign.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`
  }).join('')
}
