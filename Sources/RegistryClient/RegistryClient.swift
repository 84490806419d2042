// The RegistryClient module.
