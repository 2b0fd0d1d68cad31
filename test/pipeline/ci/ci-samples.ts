import type { CiJob, CiSystem, CiVariables } from '../../../src/pipeline/ci/ci-system.ts'
import { ciSystems } from '../../../src/pipeline/ci/systems/registry.ts'

/** What a system sets, and what it says by that of its job. */
export interface CiSample {
  readonly env: CiVariables
  readonly job: CiJob
}

/** Variables that the documentation of each system shows: its page is named in the system's file. */
export const CI_SAMPLES: Readonly<Record<string, CiSample>> = {
  appveyor: {
    env: {
      CI: 'True',
      APPVEYOR: 'True',
      APPVEYOR_REPO_NAME: 'acme/shop',
      APPVEYOR_REPO_BRANCH: 'main',
      APPVEYOR_REPO_COMMIT: 'c0ffee',
      APPVEYOR_ACCOUNT_NAME: 'acme',
      APPVEYOR_JOB_NUMBER: '1',
    },
    job: { repository: 'acme/shop', ref: 'main', commit: 'c0ffee', actor: 'acme', id: '1' },
  },
  azure: {
    env: {
      TF_BUILD: 'True',
      SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
      SYSTEM_TEAMPROJECT: 'web shop',
      BUILD_BUILDID: '17',
      BUILD_BUILDNUMBER: '20240506.1',
      BUILD_REPOSITORY_NAME: 'acme/shop',
      BUILD_SOURCEBRANCH: 'refs/heads/main',
      BUILD_SOURCEVERSION: 'c0ffee',
      BUILD_REQUESTEDFOR: 'Alice',
      SYSTEM_JOBNAME: 'deploy',
    },
    job: {
      url: 'https://dev.azure.com/acme/web%20shop/_build/results?buildId=17',
      repository: 'acme/shop',
      ref: 'refs/heads/main',
      commit: 'c0ffee',
      actor: 'Alice',
      id: 'deploy #20240506.1',
    },
  },
  bitbucket: {
    env: {
      CI: 'true',
      BITBUCKET_BUILD_NUMBER: '5',
      BITBUCKET_REPO_FULL_NAME: 'acme/shop',
      BITBUCKET_BRANCH: 'main',
      BITBUCKET_COMMIT: 'c0ffee',
      BITBUCKET_STEP_TRIGGERER_UUID: '{1}',
    },
    job: {
      url: 'https://bitbucket.org/acme/shop/pipelines/results/5',
      repository: 'acme/shop',
      ref: 'main',
      commit: 'c0ffee',
      actor: '{1}',
      id: '5',
    },
  },
  buildkite: {
    env: {
      CI: 'true',
      BUILDKITE: 'true',
      BUILDKITE_BUILD_URL: 'https://buildkite.com/acme/shop/builds/4',
      BUILDKITE_REPO: 'https://x-token:hidden@github.com/acme/shop.git',
      BUILDKITE_BRANCH: 'main',
      BUILDKITE_COMMIT: 'c0ffee',
      BUILDKITE_BUILD_CREATOR: 'Alice',
      BUILDKITE_LABEL: 'deploy',
      BUILDKITE_BUILD_NUMBER: '4',
    },
    job: {
      url: 'https://buildkite.com/acme/shop/builds/4',
      repository: 'https://github.com/acme/shop.git',
      ref: 'main',
      commit: 'c0ffee',
      actor: 'Alice',
      id: 'deploy #4',
    },
  },
  circleci: {
    env: {
      CI: 'true',
      CIRCLECI: 'true',
      CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/shop/9',
      CIRCLE_PROJECT_USERNAME: 'acme',
      CIRCLE_PROJECT_REPONAME: 'shop',
      CIRCLE_BRANCH: 'main',
      CIRCLE_SHA1: 'c0ffee',
      CIRCLE_USERNAME: 'alice',
      CIRCLE_JOB: 'deploy',
      CIRCLE_BUILD_NUM: '9',
    },
    job: {
      url: 'https://circleci.com/gh/acme/shop/9',
      repository: 'acme/shop',
      ref: 'main',
      commit: 'c0ffee',
      actor: 'alice',
      id: 'deploy #9',
    },
  },
  cirrus: {
    env: {
      CI: 'true',
      CIRRUS_CI: 'true',
      CIRRUS_REPO_FULL_NAME: 'acme/shop',
      CIRRUS_BRANCH: 'main',
      CIRRUS_TASK_ID: '7',
    },
    job: { repository: 'acme/shop', ref: 'main', id: '7' },
  },
  codebuild: {
    env: {
      CODEBUILD_BUILD_ID: 'shop:1',
      CODEBUILD_SOURCE_REPO_URL: 'https://github.com/acme/shop.git',
      CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/main',
      CODEBUILD_RESOLVED_SOURCE_VERSION: 'c0ffee',
      CODEBUILD_INITIATOR: 'alice',
    },
    job: {
      repository: 'https://github.com/acme/shop.git',
      ref: 'refs/heads/main',
      commit: 'c0ffee',
      actor: 'alice',
      id: 'shop:1',
    },
  },
  drone: {
    env: {
      CI: 'true',
      DRONE: 'true',
      DRONE_BUILD_LINK: 'https://drone.acme.example/acme/shop/3',
      DRONE_REPO: 'acme/shop',
      DRONE_COMMIT_REF: 'refs/heads/main',
      DRONE_COMMIT_SHA: 'c0ffee',
      DRONE_BUILD_TRIGGER: 'alice',
      DRONE_BUILD_NUMBER: '3',
    },
    job: {
      url: 'https://drone.acme.example/acme/shop/3',
      repository: 'acme/shop',
      ref: 'refs/heads/main',
      commit: 'c0ffee',
      actor: 'alice',
      id: '3',
    },
  },
  forgejo: {
    env: {
      CI: 'true',
      FORGEJO_ACTIONS: 'true',
      GITEA_ACTIONS: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_JOB: 'deploy',
    },
    job: { repository: 'acme/shop', id: 'deploy' },
  },
  gitea: {
    env: {
      CI: 'true',
      GITEA_ACTIONS: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_ACTOR: 'alice',
    },
    job: { repository: 'acme/shop', actor: 'alice' },
  },
  github: {
    env: {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '42',
      GITHUB_RUN_NUMBER: '3',
      GITHUB_JOB: 'deploy',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: 'c0ffee',
      GITHUB_ACTOR: 'bob',
      GITHUB_TRIGGERING_ACTOR: 'alice',
    },
    job: {
      url: 'https://github.com/acme/shop/actions/runs/42',
      repository: 'acme/shop',
      ref: 'refs/heads/main',
      commit: 'c0ffee',
      actor: 'alice',
      id: 'deploy #3',
    },
  },
  gitlab: {
    env: {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_JOB_URL: 'https://gitlab.com/acme/shop/-/jobs/11',
      CI_PROJECT_PATH: 'acme/shop',
      CI_COMMIT_REF_NAME: 'main',
      CI_COMMIT_SHA: 'c0ffee',
      GITLAB_USER_LOGIN: 'alice',
      CI_JOB_NAME: 'deploy',
      CI_JOB_ID: '11',
    },
    job: {
      url: 'https://gitlab.com/acme/shop/-/jobs/11',
      repository: 'acme/shop',
      ref: 'main',
      commit: 'c0ffee',
      actor: 'alice',
      id: 'deploy #11',
    },
  },
  jenkins: {
    env: {
      JENKINS_URL: 'https://jenkins.acme.example/',
      BUILD_URL: 'https://jenkins.acme.example/job/shop/2/',
      GIT_URL: 'https://github.com/acme/shop.git',
      BRANCH_NAME: 'main',
      GIT_COMMIT: 'c0ffee',
      BUILD_TAG: 'jenkins-shop-2',
    },
    job: {
      url: 'https://jenkins.acme.example/job/shop/2/',
      repository: 'https://github.com/acme/shop.git',
      ref: 'main',
      commit: 'c0ffee',
      id: 'jenkins-shop-2',
    },
  },
  teamcity: {
    env: {
      TEAMCITY_VERSION: '2024.03 (build 156166)',
      BUILD_URL: 'https://tc.acme.example/build/6',
      TEAMCITY_PROJECT_NAME: 'Shop',
      TEAMCITY_BUILDCONF_NAME: 'Deploy',
      BUILD_NUMBER: '6',
      BUILD_VCS_NUMBER: 'c0ffee',
    },
    job: { url: 'https://tc.acme.example/build/6', repository: 'Shop', commit: 'c0ffee', id: 'Deploy #6' },
  },
  travis: {
    env: {
      CI: 'true',
      TRAVIS: 'true',
      TRAVIS_JOB_WEB_URL: 'https://app.travis-ci.com/acme/shop/jobs/8',
      TRAVIS_REPO_SLUG: 'acme/shop',
      TRAVIS_BRANCH: 'main',
      TRAVIS_TAG: '',
      TRAVIS_COMMIT: 'c0ffee',
      TRAVIS_JOB_NUMBER: '8.1',
    },
    job: {
      url: 'https://app.travis-ci.com/acme/shop/jobs/8',
      repository: 'acme/shop',
      ref: 'main',
      commit: 'c0ffee',
      id: '8.1',
    },
  },
  woodpecker: {
    env: {
      CI: 'woodpecker',
      CI_SYSTEM_NAME: 'woodpecker',
      CI_PIPELINE_URL: 'https://ci.acme.example/repos/1/pipeline/3',
      CI_REPO: 'acme/shop',
      CI_COMMIT_REF: 'refs/heads/main',
      CI_COMMIT_SHA: 'c0ffee',
      CI_PIPELINE_AUTHOR: 'alice',
      CI_PIPELINE_NUMBER: '3',
    },
    job: {
      url: 'https://ci.acme.example/repos/1/pipeline/3',
      repository: 'acme/shop',
      ref: 'refs/heads/main',
      commit: 'c0ffee',
      actor: 'alice',
      id: '3',
    },
  },
}

/** The system with this id, loaded. */
export async function systemOf(id: string): Promise<CiSystem> {
  const entry = ciSystems.find((system) => system.id === id)
  if (entry === undefined) throw new Error(`no system ${id}`)
  return entry.load()
}
