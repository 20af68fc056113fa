/** `shoal plan`: what an event costs with the CDN alone and with Shoal, and whether peers pay. */
import { planFor, planTable } from '@shoal/sim';
import { type Command, InvalidArgumentError, Option } from 'commander';

interface PlanValues {
  readonly viewers: number;
  readonly titles: number;
  readonly hours: number;
  readonly bitrate: number;
  readonly consent?: number;
  readonly blocked?: number;
  readonly uplink?: number;
  readonly priceGb: number;
  readonly priceTb?: number;
  readonly currency: string;
  readonly json?: boolean;
}

export function addPlan(program: Command): void {
  program
    .command('plan')
    .summary('what an event costs, with and without Shoal')
    .description(
      `Compares the bill of a CDN with the same bill when viewers carry what their
number, consent and uplinks allow, and says whether peers pay here at all.
What is not given is assumed: a pessimistic, an expected and an optimistic
case show the range.`,
    )
    .requiredOption('--viewers <number>', 'viewers at once, as in 500, 20k or 1M', readViewers)
    .option('--titles <number>', 'different streams that they watch, each as many', readTitles, 1)
    .option('--hours <number>', 'how long', readHours, 1)
    .addOption(
      new Option('--bitrate <Mbit/s>', 'what one viewer plays')
        .default(5_000_000, '5')
        .argParser(readRate),
    )
    .option(
      '--consent <percent>',
      'viewers who agree to share (30, 50 and 70 assumed)',
      readPercent,
    )
    .option('--blocked <percent>', 'viewers who cannot link (22, 16, 10 assumed)', readPercent)
    .option('--uplink <Mbit/s>', 'what a viewer can give (10, 25 and 50 assumed)', readRate)
    .option('--price-gb <amount>', 'what the CDN asks for a GB', readPrice, 0.02)
    .addOption(
      new Option('--price-tb <amount>', 'the same for a TB')
        .argParser(readPrice)
        .conflicts('priceGb'),
    )
    .option('--currency <sign>', 'stands before every amount', '$')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(printPlan);
}

function printPlan(values: PlanValues): void {
  const { consent, blocked, uplink, priceGb, priceTb, currency, json, ...inputs } = values;
  const given = Object.entries({ consent, blocked, uplink }).filter(
    ([, value]) => value !== undefined,
  );
  const plan = planFor({
    ...inputs,
    pricePerGb: priceTb === undefined ? priceGb : priceTb / 1000,
    known: Object.fromEntries(given),
  });
  process.stdout.write(
    json === true ? `${JSON.stringify(plan, null, 2)}\n` : planTable(plan, { currency }),
  );
}

function readViewers(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text) ?? [];
  const viewers = Math.round(Number(digits) * ({ k: 1e3, M: 1e6 }[unit] ?? 1));
  if (!(viewers >= 1 && viewers <= 1e9)) {
    throw new InvalidArgumentError('Viewers are a number from 1 to 1000M, as in 500, 20k or 1M.');
  }
  return viewers;
}

function readTitles(text: string): number {
  const titles = Number(text);
  if (!/^\d+$/.test(text) || titles < 1 || titles > 1e9) {
    throw new InvalidArgumentError('Titles are a whole number from 1 on, as in --titles 40.');
  }
  return titles;
}

function readHours(text: string): number {
  return between(text, 0.01, 100_000, 'Hours are a number from 0.01 to 100000, as in --hours 2.5.');
}

/** Mbit/s as bit/s. */
function readRate(text: string): number {
  return 1e6 * between(text, 0.01, 100_000, 'A rate is a number of Mbit/s from 0.01 to 100000.');
}

function readPercent(text: string): number {
  const digits = text.replace(/ ?%$/, '');
  return between(digits, 0, 100, 'A share is a number of percent from 0 to 100, as in 50.') / 100;
}

function readPrice(text: string): number {
  return between(text, 0, 1e6, 'A price is a number from 0 on without a currency, as in 0.02.');
}

function between(text: string, least: number, most: number, otherwise: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(otherwise);
  }
  return value;
}

const EXAMPLES = `
Examples:
  shoal plan --viewers 1M --hours 2                             a final
  shoal plan --viewers 500 --hours 2 --bitrate 3 --price-tb 40  a club's match
  shoal plan --viewers 300 --titles 2000                        a catalogue that few watch
  shoal plan --viewers 20k --consent 60 --uplink 15 --json      what is known, for a script
`;
