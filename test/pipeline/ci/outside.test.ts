import * as assert from 'uvu/assert'
import type { CiSystem, CiVariables, ReadJobFile } from '../../../src/pipeline/ci/ci-system.ts'
import { suite } from '../../support/suite.ts'
import { systemOf } from './ci-samples.ts'

const nothing = async (): Promise<undefined> => undefined

/** A pull request as GitHub's runner writes it to a file. */
function event(from: string | null | undefined): (path: string) => Promise<string | undefined> {
  const head = from === undefined ? undefined : { repo: from === null ? null : { full_name: from } }
  const content = JSON.stringify({ pull_request: { head, base: { repo: { full_name: 'acme/shop' } } } })
  return async (path) => (path === '/event.json' ? content : undefined)
}

suite('jobs that get no key', (test) => {
  const github = { GITHUB_EVENT_PATH: '/event.json', GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'acme/shop' }

  test('GitHub: the event says whether a pull request is from a fork', async () => {
    for (const id of ['github', 'gitea', 'forgejo']) {
      const system = await systemOf(id)
      const outside = async (env: CiVariables, read: ReadJobFile): ReturnType<NonNullable<CiSystem['outside']>> =>
        system.outside?.(env, read)
      assert.is(await outside(github, event('mallory/shop')), 'a pull request from the fork mallory/shop')
      assert.is(await outside(github, event('acme/shop')), false)
      assert.match(String(await outside(github, event(null))), /that is no more/)
      assert.is(await outside(github, event(undefined)), undefined)
      assert.is(await outside(github, async () => '{ broken'), undefined)
      assert.is(await outside(github, async () => 'null'), undefined)
      assert.is(await outside({ ...github, GITHUB_EVENT_PATH: undefined }, event('mallory/shop')), undefined)
      assert.is(await outside({ ...github, GITHUB_EVENT_NAME: 'push' }, event('mallory/shop')), false)
      assert.is(await outside({ ...github, GITHUB_EVENT_NAME: 'pull_request_target' }, event('mallory/shop')), false)
      assert.match(
        String(await outside({ ...github, GITHUB_ACTOR: 'dependabot[bot]' }, event('acme/shop'))),
        /Dependabot/,
      )
    }
  })

  const cases: readonly (readonly [id: string, env: CiVariables, outside: RegExp | false | undefined])[] = [
    ['gitlab', { CI_PIPELINE_SOURCE: 'push' }, false],
    [
      'gitlab',
      {
        CI_PIPELINE_SOURCE: 'merge_request_event',
        CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'mallory/shop',
        CI_MERGE_REQUEST_PROJECT_PATH: 'acme/shop',
      },
      /merge request from the fork mallory\/shop/,
    ],
    [
      'gitlab',
      {
        CI_PIPELINE_SOURCE: 'merge_request_event',
        CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'acme/shop',
        CI_MERGE_REQUEST_PROJECT_PATH: 'acme/shop',
      },
      false,
    ],
    ['azure', {}, false],
    ['azure', { SYSTEM_PULLREQUEST_ISFORK: 'False' }, false],
    ['azure', { SYSTEM_PULLREQUEST_ISFORK: 'True' }, /from a fork/],
    ['circleci', { CIRCLE_BRANCH: 'main' }, false],
    ['circleci', { CIRCLE_BRANCH: 'pull/12' }, /from a fork/],
    ['circleci', { CIRCLE_PR_USERNAME: 'mallory', CIRCLE_PR_REPONAME: 'shop' }, /fork mallory\/shop/],
    ['buildkite', { BUILDKITE_PULL_REQUEST: 'false' }, false],
    [
      'buildkite',
      {
        BUILDKITE_PULL_REQUEST: '7',
        BUILDKITE_REPO: 'git@github.com:Acme/shop.git',
        BUILDKITE_PULL_REQUEST_REPO: 'git://github.com/acme/shop.git',
      },
      false,
    ],
    [
      'buildkite',
      {
        BUILDKITE_PULL_REQUEST: '7',
        BUILDKITE_REPO: 'git@github.com:acme/shop.git',
        BUILDKITE_PULL_REQUEST_REPO: 'https://github.com/mallory/shop',
      },
      /fork mallory\/shop/,
    ],
    ['buildkite', { BUILDKITE_PULL_REQUEST: '7' }, undefined],
    ['jenkins', {}, false],
    ['jenkins', { CHANGE_ID: '7', CHANGE_FORK: 'mallory' }, /fork mallory/],
    ['bitbucket', {}, false],
    ['bitbucket', { BITBUCKET_PR_ID: '7' }, undefined],
    ['travis', { TRAVIS_PULL_REQUEST: 'false' }, false],
    [
      'travis',
      { TRAVIS_PULL_REQUEST: '7', TRAVIS_PULL_REQUEST_SLUG: 'mallory/shop', TRAVIS_REPO_SLUG: 'acme/shop' },
      /fork mallory\/shop/,
    ],
    ['appveyor', {}, false],
    [
      'appveyor',
      {
        APPVEYOR_PULL_REQUEST_NUMBER: '7',
        APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME: 'mallory/shop',
        APPVEYOR_REPO_NAME: 'acme/shop',
      },
      /fork mallory\/shop/,
    ],
    ['drone', { DRONE_BUILD_EVENT: 'push' }, false],
    ['drone', { DRONE_BUILD_EVENT: 'pull_request' }, undefined],
    ['woodpecker', { CI_PIPELINE_EVENT: 'push' }, false],
    ['woodpecker', { CI_PIPELINE_EVENT: 'pull_request' }, undefined],
    ['codebuild', { CODEBUILD_WEBHOOK_EVENT: 'PUSH' }, false],
    ['codebuild', { CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_UPDATED' }, undefined],
    ['cirrus', {}, false],
    ['cirrus', { CIRRUS_PR: '7' }, undefined],
  ]

  for (const [id, env, expected] of cases) {
    test(`${id}: ${JSON.stringify(env)}`, async () => {
      const found = await (await systemOf(id)).outside?.(env, nothing)
      if (expected instanceof RegExp) assert.match(String(found), expected)
      else assert.is(found, expected)
    })
  }
})
