import jetbrains.buildServer.configs.kotlin.BuildType
import jetbrains.buildServer.configs.kotlin.DslContext
import jetbrains.buildServer.configs.kotlin.buildSteps.script
import jetbrains.buildServer.configs.kotlin.project
import jetbrains.buildServer.configs.kotlin.triggers.vcs
import jetbrains.buildServer.configs.kotlin.version

version = "2024.12"

project {
    buildType(Check)
    buildType(Staging)
    buildType(Production)
}

// For pull requests too: it needs no key.
object Check : BuildType({
    name = "check"
    vcs { root(DslContext.settingsRoot) }
    steps {
        script { scriptContent = "npm ci --ignore-scripts" }
        script { scriptContent = "npx secrets check --no-keys" }
    }
    triggers { vcs { branchFilter = "+:*" } }
})

// The key is a parameter of the type password, whose value lies on the server: the file holds a reference to it alone.
object Staging : BuildType({
    name = "staging"
    params { password("env.SECRETS_AGE_KEY", "credentialsJSON:8d9b1c0e-staging", label = "age key of the runner") }
    vcs { root(DslContext.settingsRoot) }
    steps {
        script { scriptContent = "npm ci --ignore-scripts" }
        script { scriptContent = "npx secrets run --redact --upper-case staging -- ./deploy.sh" }
    }
    triggers { vcs { branchFilter = "+:<default>" } }
    dependencies { snapshot(Check) {} }
})

object Production : BuildType({
    name = "production"
    params { password("env.SECRETS_AGE_KEY", "credentialsJSON:8d9b1c0e-production", label = "age key of the runner") }
    vcs { root(DslContext.settingsRoot) }
    steps {
        script { scriptContent = "npm ci --ignore-scripts" }
        script { scriptContent = "npx secrets run --redact --upper-case production -- ./deploy.sh" }
    }
    triggers { vcs { branchFilter = "+:refs/tags/v*" } }
    dependencies { snapshot(Check) {} }
})
