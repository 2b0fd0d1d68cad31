/** A system that runs pipelines. */
export interface CiSystem {
  /** As its makers write it. */
  readonly name: string
}

/** The variables by which systems make themselves known, from their documentation on predefined variables. */
const SYSTEMS: readonly (readonly [variable: string, name: string])[] = [
  ['GITHUB_ACTIONS', 'GitHub Actions'],
  ['GITLAB_CI', 'GitLab CI'],
  ['TF_BUILD', 'Azure Pipelines'],
  ['CIRCLECI', 'CircleCI'],
  ['BUILDKITE', 'Buildkite'],
  ['BITBUCKET_BUILD_NUMBER', 'Bitbucket Pipelines'],
  ['CODEBUILD_BUILD_ID', 'AWS CodeBuild'],
  ['TEAMCITY_VERSION', 'TeamCity'],
  ['DRONE', 'Drone'],
  ['JENKINS_URL', 'Jenkins'],
  ['TRAVIS', 'Travis CI'],
  ['APPVEYOR', 'AppVeyor'],
  ['CIRRUS_CI', 'Cirrus CI'],
]

/** The system that runs this process, if one does. `CI=false` means none, whatever else is set. */
export function ciSystem(env: Readonly<Record<string, string | undefined>>): CiSystem | undefined {
  const general = env['CI']
  if (general !== undefined && /^(?:false|0|)$/i.test(general)) return undefined
  if (general === 'woodpecker') return { name: 'Woodpecker' }
  const known = SYSTEMS.find(([variable]) => (env[variable] ?? '') !== '')
  if (known !== undefined) return { name: known[1] }
  return general === undefined ? undefined : { name: 'this CI system' }
}
