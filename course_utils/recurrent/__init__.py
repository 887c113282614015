"""What chapters share and no exercise asks for."""
