/** The results as lines for people. */

/** A case: one line for each contestant, then one for each goal. */
export function caseLines({ name, results, goals }) {
  return ['', name, ...results.map((result) => resultLine(result, results)), ...goals.map(goalLine)]
}

/** The growth of the time for one value. */
export function growthLine({ verb, factors, most, reached }) {
  const growth = factors.map((factor) => factor.toFixed(2)).join(', ')
  return `${mark(reached)} ${verb}: time for one value, against the smallest file: ${growth} (at most ${most})`
}

function resultLine({ name, median, fastest, memory }, results) {
  const ours = results.find((result) => result.name === 'secrets')
  const ratio = name === 'secrets' ? '' : `secrets takes ${(ours.median / median).toFixed(2)} ×`
  const space = memory === null ? '' : `${memory.toFixed(0)} MiB`
  return `  ${name.padEnd(10)} ${time(median)} ${`fastest ${time(fastest).trim()}`.padEnd(18)} ${space.padStart(9)}  ${ratio}`.trimEnd()
}

function goalLine({ of, ratio, most, aim, reached, aimed }) {
  if (ratio === undefined) return `  ?  at most ${number(most)} × ${of}: ${of} is not installed`
  const hope = aimed ? `, and the aim of ${number(aim)} ×` : `, aim ${number(aim)} ×`
  return `  ${mark(reached)} ${number(ratio)} × ${of}, at most ${number(most)} ×${hope}`
}

function mark(reached) {
  return reached ? 'ok  ' : 'MISS'
}

function time(milliseconds) {
  const text = milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`
  return text.padStart(10)
}

function number(value) {
  return value.toFixed(2)
}
