import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packServices, unpackServices } from "../../../scripts/lib/control/packed-services.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import type { ServicesFile } from "../../../scripts/lib/model/services-file.ts";
import { spec } from "../graph/spec.ts";
import { fileOf } from "../orchestrator/plain-scenario.ts";

const file = "/shop/services.yaml";

const fileWith = (services: readonly ServiceSpec[]): ServicesFile => ({ ...fileOf(services), file });

const variables = fc.dictionary(fc.constantFrom("PATH", "HOME", "PORT", "EMPTY", "hasOwnProperty"), fc.string());
const span = fc.record({ file: fc.constantFrom(file, "/shop/other.yaml"), offset: fc.nat(), length: fc.nat() });

test("what was packed and sent comes out as it was", () => {
  const services = fc.array(fc.record({ environment: variables, span, edge: span }), { maxLength: 5 });
  fc.assert(
    fc.property(services, (drawn) => {
      const made = fileWith(
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
  expect(JSON.stringify(packServices(fileWith(services))).length).toBeLessThan(100_000);
});
