Console.WriteLine("inro");
return 0;
