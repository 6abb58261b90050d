/** Words of the key `workspace`: here, so that reading them does not load the schema. */
export const commandModes = ["parallel", "sequential", "watch"] as const;
export const commandWeights = ["io", "cpu"] as const;
export const restartChoices = ["no", "on-failure"] as const;
