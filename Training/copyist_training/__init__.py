"""Recipe of the embedded checkpoint `Models/copyist-small`: generator, trainer, export, evaluation."""
