/** A plan to begin with: one shopper by name, a growing share under shadow, then growing shares that the candidate serves. */
export function examplePlan(flag: string): string {
  return `plan: first-rollout
description: The candidate takes over step by step.
flag: ${flag}
author: your-team
# Whoever the candidate does not serve yet is compared.
shadow: true

phases:
  # A shopper who knows about it: legacy answers, both are compared.
  - name: one-shopper
    allowlist: [SHOPPER]
    minDuration: 24h
    # One shopper shows no rate of 1 %.
    gates: [{ type: errorRate, budget: 10% }]
  - { name: shadow-10, compare: 10, minDuration: 24h }
  - { name: shadow-100, compare: 100, minDuration: 7d, approval: { count: 1 } }
  # The candidate serves so many percent; who is not served is compared.
  - { name: serve-5, serve: 5, minDuration: 24h }
  - { name: serve-50, serve: 50, minDuration: 48h, approval: { count: 1 } }
  - { name: serve-100, serve: 100, minDuration: 7d }

# Asked at every checkpoint.
gates:
  - { type: errorRate, budget: 1% }
  - { type: divergenceCount, severity: critical, max: 0 }
  - { type: addedLatency, max: 100ms }

fastLane: { falseAlarmEvery: 1000000, budget: 1% }
checkpoints: { every: 1h, window: 1h }
rollback: { to: shadow }
keepFlags: 30d
`;
}
