// Names of runs: two short words that one can remember and say, or one that a person gives.
import { randomInt } from "node:crypto";
import { BridgeError } from "../errors.ts";

/** At most five letters each (parity S3-09). */
const firstWords =
  `able airy bald bold brave brief brisk broad calm cheer civil clean clear close cool crisp deft dry eager early easy
even fair fast fine firm fit fleet fond fresh full glad good grand great green keen kind large light live loud loyal
lucky merry mild neat new nice nifty noble plain proud quick quiet rapid ready rich round sharp shy smart swift warm
wise young`.split(/\s+/);
const secondWords =
  `ant ape bass bat bear bee bison boar buck bug carp cat clam cobra cod colt coral crab crane crow cub deer dingo doe
dove duck eagle eel egret elk emu fawn finch fish fly fox frog gecko goat goose gull hare hawk hen heron horse ibis koala
lark lemur lion llama lynx mole moose mouse newt otter owl panda pony puma quail raven robin seal shark sheep skunk sloth
snail stork swan tapir tiger toad trout whale wolf wren yak zebra`.split(/\s+/);

/** So many tries with two words before a number is added. */
const plainTries = 200;

/** `pick(n)`: a number from 0 to n - 1. */
export function buildRunName(
  isTaken: (name: string) => boolean,
  pick: (count: number) => number = randomInt,
) {
  for (let tries = 0; ; tries++) {
    const words = `${firstWords[pick(firstWords.length)]}-${secondWords[pick(secondWords.length)]}`;
    const name = tries < plainTries ? words : `${words}-${tries}`;
    if (!isTaken(name)) return name;
  }
}

const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Throws `run-name-invalid`. */
export function checkRunName(name: string): string {
  if (nameShape.test(name) && !name.includes("..")) return name;
  throw new BridgeError("run-name-invalid", `not a name for a run: ${name}`, { name });
}
