// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { CiSystem } from '../ci-system.ts'

/** What is known of a system for pipelines before it is loaded. */
export interface CiSystemEntry extends Pick<CiSystem, 'id' | 'name' | 'knownBy' | 'rank'> {
  readonly load: () => Promise<CiSystem>
}

/** Every system for pipelines, by id. */
export const ciSystems: readonly CiSystemEntry[] = [
  {
    id: 'appveyor',
    name: 'AppVeyor',
    knownBy: ['APPVEYOR'],
    rank: 140,
    load: () => import('./appveyor.ts').then((module) => module.system),
  },
  {
    id: 'azure',
    name: 'Azure Pipelines',
    knownBy: ['TF_BUILD'],
    rank: 50,
    load: () => import('./azure.ts').then((module) => module.system),
  },
  {
    id: 'bitbucket',
    name: 'Bitbucket Pipelines',
    knownBy: ['BITBUCKET_BUILD_NUMBER'],
    rank: 90,
    load: () => import('./bitbucket.ts').then((module) => module.system),
  },
  {
    id: 'buildkite',
    name: 'Buildkite',
    knownBy: ['BUILDKITE'],
    rank: 70,
    load: () => import('./buildkite.ts').then((module) => module.system),
  },
  {
    id: 'circleci',
    name: 'CircleCI',
    knownBy: ['CIRCLECI'],
    rank: 60,
    load: () => import('./circleci.ts').then((module) => module.system),
  },
  {
    id: 'cirrus',
    name: 'Cirrus CI',
    knownBy: ['CIRRUS_CI'],
    rank: 150,
    load: () => import('./cirrus.ts').then((module) => module.system),
  },
  {
    id: 'codebuild',
    name: 'AWS CodeBuild',
    knownBy: ['CODEBUILD_BUILD_ID'],
    rank: 95,
    load: () => import('./codebuild.ts').then((module) => module.system),
  },
  {
    id: 'drone',
    name: 'Drone',
    knownBy: ['DRONE'],
    rank: 120,
    load: () => import('./drone.ts').then((module) => module.system),
  },
  {
    id: 'forgejo',
    name: 'Forgejo Actions',
    knownBy: ['FORGEJO_ACTIONS'],
    rank: 10,
    load: () => import('./forgejo.ts').then((module) => module.system),
  },
  {
    id: 'gitea',
    name: 'Gitea Actions',
    knownBy: ['GITEA_ACTIONS'],
    rank: 20,
    load: () => import('./gitea.ts').then((module) => module.system),
  },
  {
    id: 'github',
    name: 'GitHub Actions',
    knownBy: ['GITHUB_ACTIONS'],
    rank: 30,
    load: () => import('./github.ts').then((module) => module.system),
  },
  {
    id: 'github-output',
    name: 'GitHub job outputs',
    knownBy: [],
    rank: 900,
    load: () => import('./github-output.ts').then((module) => module.system),
  },
  {
    id: 'gitlab',
    name: 'GitLab CI',
    knownBy: ['GITLAB_CI'],
    rank: 40,
    load: () => import('./gitlab.ts').then((module) => module.system),
  },
  {
    id: 'gitlab-dotenv',
    name: 'GitLab dotenv reports',
    knownBy: [],
    rank: 900,
    load: () => import('./gitlab-dotenv.ts').then((module) => module.system),
  },
  {
    id: 'jenkins',
    name: 'Jenkins',
    knownBy: ['JENKINS_URL'],
    rank: 80,
    load: () => import('./jenkins.ts').then((module) => module.system),
  },
  {
    id: 'teamcity',
    name: 'TeamCity',
    knownBy: ['TEAMCITY_VERSION'],
    rank: 100,
    load: () => import('./teamcity.ts').then((module) => module.system),
  },
  {
    id: 'travis',
    name: 'Travis CI',
    knownBy: ['TRAVIS'],
    rank: 130,
    load: () => import('./travis.ts').then((module) => module.system),
  },
  {
    id: 'woodpecker',
    name: 'Woodpecker',
    knownBy: ['CI_SYSTEM_NAME=woodpecker', 'CI=woodpecker'],
    rank: 110,
    load: () => import('./woodpecker.ts').then((module) => module.system),
  },
]
