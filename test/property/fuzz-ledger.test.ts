import { LEDGER_TARGETS } from '../helpers/fuzz/ledger-targets.ts';
import { meetTargets } from '../helpers/fuzz/meet-targets.ts';

meetTargets('the ledger', LEDGER_TARGETS);
