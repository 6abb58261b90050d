import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packServices, unpackServices } from "../../../scripts/lib/control/packed-services.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import type { ServicesFile } from "../../../scripts/lib/model/services-file.ts";
import { spec } from "../graph/spec.ts";

const file = "/shop/services.yaml";

function fileOf(services: readonly ServiceSpec[]): ServicesFile {
  const settings: ServicesFile["settings"] = {
    parallelOperations: true,
    parallelStart: true,
    parallelKill: true,
    startupVerification: true,
    killTimeoutMs: 30_000,
    killTimeoutIsExplicit: false,
    startTimeoutMs: 60_000,
    processCheckIntervalMs: 1_000,
    maxRetries: 3,
    startLimit: null,
    debug: false,
  };
  return {
    name: "shop",
    root: "/shop",
    file,
    fileHash: "1",
    fileStamp: "",
    services,
    offByProfile: [],
    settings,
    warnings: [],
  };
}

const variables = fc.dictionary(fc.constantFrom("PATH", "HOME", "PORT", "EMPTY", "hasOwnProperty"), fc.string());
const span = fc.record({ file: fc.constantFrom(file, "/shop/other.yaml"), offset: fc.nat(), length: fc.nat() });

test("what was packed and sent comes out as it was", () => {
  const services = fc.array(fc.record({ environment: variables, span, edge: span }), { maxLength: 5 });
  fc.assert(
    fc.property(services, (drawn) => {
      const made = fileOf(
        drawn.map(({ environment, span: at, edge }, index) => {
          const { dependsOn, ...rest } = spec(`s${index}`, index > 0 ? [`s${index - 1}`] : []);
          return { ...rest, environment, span: at, dependsOn: dependsOn.map((one) => ({ ...one, span: edge })) };
        }),
      );
      expect(unpackServices(JSON.parse(JSON.stringify(packServices(made))))).toEqual(made);
    }),
    { numRuns: 500 },
  );
});

test("what services have in common crosses once", () => {
  const environment = { LONG: "x".repeat(10_000) };
  const services = Array.from({ length: 100 }, (_, index) => ({ ...spec(`s${index}`), environment }));
  expect(JSON.stringify(packServices(fileOf(services))).length).toBeLessThan(100_000);
});
