'use strict'

/**
 * Compiled code of the bundle, for Node before 22.8, which has no cache of its own: a small command spends a fifth of
 * its time compiling. `npm run build` makes it for the Node that runs the build, beside the bundle: whoever could
 * put a file there could change the bundle itself. V8 refuses what another version or other flags made, and then the
 * code is compiled as always. Only chunks are kept, whose names change with their content.
 */
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { Script } = require('node:vm')

const chunks = path.join(__dirname, '..', 'dist', 'cli', 'chunks')
const cache = path.join(
  __dirname,
  '..',
  'dist',
  'cli',
  'code-cache',
  `${process.version}-${process.platform}-${process.arch}`,
)

/** Compiles chunks from the cache where it has them. */
function useCodeCache() {
  compileChunksBy((filename, source) => {
    try {
      return new Script(source, { filename, cachedData: readFileSync(cacheFile(filename)) })
    } catch {
      return undefined
    }
  })
}

/** Remembers the chunks that are loaded from now on; the returned function writes what was compiled of them. */
function recordCodeCache() {
  const scripts = new Map()
  compileChunksBy((filename, source) => {
    const script = new Script(source, { filename })
    scripts.set(filename, script)
    return script
  })
  return () => {
    mkdirSync(cache, { recursive: true })
    for (const [filename, script] of scripts) {
      const temporary = `${cacheFile(filename)}.${process.pid}`
      writeFileSync(temporary, script.createCachedData())
      renameSync(temporary, cacheFile(filename))
    }
  }
}

function cacheFile(filename) {
  return path.join(cache, `${path.basename(filename)}.bin`)
}

/** `compile` gives a script of the wrapped source, or nothing to leave the file to Node. */
function compileChunksBy(compile) {
  const compileAsAlways = Module.prototype._compile
  Module.prototype._compile = function compileChunk(content, filename, ...more) {
    const script = path.dirname(filename) === chunks ? compile(filename, Module.wrap(content)) : undefined
    if (script === undefined) return compileAsAlways.call(this, content, filename, ...more)
    // All that the chunks ask of `require` is to load; `createRequire` takes its time for the rest.
    const requireFrom = (id) => this.require(id)
    return script
      .runInThisContext()
      .call(this.exports, this.exports, requireFrom, this, filename, path.dirname(filename))
  }
}

module.exports = { useCodeCache, recordCodeCache }
