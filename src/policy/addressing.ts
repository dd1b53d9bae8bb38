// The policy for what a device is addressed with.
import type { PolicyView } from './decide.js';

/** What a device is addressed with is never taken out or made coarser: where it may not leave, a stand-in does. */
export function addressing(policy: PolicyView): PolicyView {
  return {
    justification: (category) => policy.justification(category),
    without: (category) => {
      const action = policy.without(category);
      return action === 'keep' || action === 'refuse' ? action : 'pseudonymize';
    },
    hasFieldMap: false, // then what nobody knows is pseudonymized rather than dropped
    blocked: policy.blocked,
  };
}
