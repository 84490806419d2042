// Tests of RegistryClient.
