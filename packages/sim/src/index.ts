/** The simulator: the machines of core in a virtual world of links, edges, viewers and faults. */
export { alwaysFaults, checkRun, eventuallyFaults, worseThanPlain } from './check/index.js';
export { type BuildOptions, buildScenario } from './file/build.js';
export { loadFile, loadScenario, type NamedFile, scenarioNames } from './file/catalog.js';
export { readScenario } from './file/read.js';
export { SCENARIO_LIMITS, type ScenarioFile } from './file/schema.js';
export { readTime } from './file/units.js';
export type { Estimate } from './large/estimate.js';
export { largeHtmlOf } from './large/page.js';
export type { Arms, LargeReport, Measured, Sample } from './large/report.js';
export { type LargeOptions, runLarge } from './large/run-large.js';
export { largeTableOf } from './large/table.js';
export type { Task, TaskProgress, TaskResult, Workshop } from './large/task.js';
export { type Audience, DEFAULT_TREE, type OffloadLimit, offloadLimit } from './limit/limit.js';
export {
  type Assumptions,
  type Bill,
  CASES,
  type CaseName,
  type Plan,
  type PlanCase,
  type PlanInputs,
  planFor,
  type Verdict,
} from './plan/plan.js';
export { planTable } from './plan/table.js';
export { htmlOf } from './report/html/page.js';
export { narrate } from './report/narrate.js';
export { type Report, reportOf } from './report/report.js';
export { comparisonOf, tableOf } from './report/table.js';
export type { Happening, Scenario, VisitSpec } from './scenario.js';
export { SCENARIOS } from './scenarios/index.js';
export { arrivals, FIBRE, LIVE, shape, THIN, TITLE } from './scenarios/shape.js';
export { createSimulation, type RunOptions, type Simulation } from './simulation.js';
export type { TraceLine } from './world/viewer.js';
