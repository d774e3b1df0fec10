import type { Facts } from "../model/index.ts";
import { describe, type Value } from "./redact.ts";
import { distanceBetween, inAnyCase, isSameNumber, numberOf, timeOf } from "./rules/values.ts";

/**
 * How two unequal values are alike; null: there is nothing to say. What is said of numbers is as coarse as the length of a
 * text: their distance to a power of ten, so that with its ratio it gives no more than the order of their magnitude.
 */
export function factsOf(legacy: Value, candidate: Value): Facts | null {
  if (isSameNumber(legacy, candidate)) return { sameNumber: true };
  if (describe(legacy).type !== describe(candidate).type) return null;
  const distance = distanceOf(legacy, candidate);
  const isText = typeof legacy === "string" && typeof candidate === "string";
  return isText && inAnyCase(legacy) === inAnyCase(candidate) ? { ...distance, sameInAnyCase: true } : distance;
}

function distanceOf(legacy: Value, candidate: Value): Facts | null {
  const times = factsOfTimes(legacy, candidate);
  const numbers = factsOfNumbers(legacy, candidate);
  return times === null || numbers === null ? (times ?? numbers) : { ...times, ...numbers };
}

function factsOfTimes(legacy: Value, candidate: Value): Facts | null {
  const [ours, theirs] = [timeOf(legacy), timeOf(candidate)];
  return ours === null || theirs === null ? null : { ms: up(Math.abs(ours - theirs), 2) };
}

function factsOfNumbers(legacy: Value, candidate: Value): Facts | null {
  const ours = numberOf(legacy);
  const apart = distanceBetween(legacy, candidate);
  if (ours === null || apart === null || apart === 0) return null;
  const absolute = powerAbove(apart);
  return ours === 0 ? { absolute } : { absolute, relative: up(apart / Math.abs(ours), 2) };
}

function powerAbove(value: number): number {
  const power = Number(`1e${Math.floor(Math.log10(value))}`);
  return value <= power ? power : Number(`1e${Math.floor(Math.log10(value)) + 1}`);
}

/** Rounded up to so many digits. */
function up(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const places = Math.floor(Math.log10(value)) + 1 - digits;
  const unit = Number(`1e${places}`);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(digits));
}
