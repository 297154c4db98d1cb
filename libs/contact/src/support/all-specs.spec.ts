/**
 * Every spec of this library as one, for its mutants: a file each costs most of the time that a mutant takes. A
 * counterexample need not be small there, and is mostly found at once.
 */
import fc from 'fast-check';

import '../any-pages.unit.spec.js';
import '../contact-details.unit.spec.js';
import '../decide-page.unit.spec.js';
import '../decide.unit.spec.js';
import '../fingerprint.unit.spec.js';
import '../histories.unit.spec.js';
import '../identify.unit.spec.js';
import '../person.unit.spec.js';
import '../sourced-items.unit.spec.js';
import '../storable-text.unit.spec.js';
import '../visible-text.unit.spec.js';

// oxlint-disable-next-line typescript/no-deprecated -- the plugin in its place cannot be set for all properties
fc.configureGlobal({ endOnFailure: true, interruptAfterTimeLimit: 100 });
