// Placeholder until the entry point lands with its first command.
return 0;
